# Reads calls on standard input, makes them through the generated client, prints what each gave as a line of JSON.
require 'json'
require 'drift_contacts'
require 'uri'

def contacts_api(url, token)
  place = URI(url)
  configuration = DriftContacts::Configuration.new do |config|
    config.scheme = place.scheme
    config.host = "#{place.host}:#{place.port}"
    config.access_token = token
  end
  DriftContacts::ContactsApi.new(DriftContacts::ApiClient.new(configuration))
end

def plain(contact)
  {
    id: contact.id.to_s,
    createdAt: contact.created_at.to_s,
    email: contact.attributes['email'],
    externalId: contact.attributes['externalId'],
    attributes: contact.to_hash[:attributes]
  }
end

# The contacts that came back, or whether the contact was deleted.
def answer(api, call, ids)
  case call['do']
  when 'create'
    [api.create_contact(DriftContacts::ContactCreateRequest.new(attributes: call['attributes'])).data]
  when 'get'
    [api.get_contact(ids[call['contact']]).data]
  when 'find'
    query = call['email'] ? { email: call['email'] } : { id_type: DriftContacts::FindIdType::EXTERNAL, id: call['externalIds'] }
    api.find_contacts(query).data
  when 'update'
    request = DriftContacts::ContactUpdateRequest.new(attributes: call['attributes'])
    [api.update_contact(ids[call['contact']], request).data]
  when 'delete'
    api.delete_contact(ids[call['contact']]).ok
  else
    raise ArgumentError, "no call #{call['do']}"
  end
end

def run(api, call, ids)
  given = answer(api, call, ids)
  return { deleted: given } unless given.is_a?(Array)

  ids[call['as']] = given.first.id if call['as']
  { contacts: given.map { |contact| plain(contact) } }
rescue DriftContacts::ApiError => e
  return { failed: e.message } if e.response_body.nil?

  refused = DriftContacts::ErrorResponse.build_from_hash(JSON.parse(e.response_body, symbolize_names: true))
  { error: { status: e.code, type: refused.error.type, message: refused.error.message } }
rescue StandardError => e
  { failed: e.full_message(highlight: false) }
end

told = JSON.parse($stdin.read)
apis = told['accounts'].transform_values { |url| contacts_api(url, told['token']) }
ids = {}
told['calls'].each { |call| puts JSON.generate(run(apis[call['account']], call, ids)) }
