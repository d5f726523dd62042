# Creates one contact, and prints it, or what Drift says where it is there already.
require 'json'
require 'drift_contacts'
require 'securerandom'
require 'uri'

base = URI(ENV.fetch('DRIFT_BASE_URL', 'https://driftapi.com'))
DriftContacts.configure do |config|
  config.scheme = base.scheme
  config.host = "#{base.host}:#{base.port}"
  config.access_token = ENV.fetch('DRIFT_TOKEN')
end

contacts = DriftContacts::ContactsApi.new
# Made once, and kept with your own record: every attempt sends the same one, so a second contact is refused.
external_id = ENV.fetch('DRIFT_EXTERNAL_ID') { "u_#{SecureRandom.hex(16)}" }
attributes = { email: 'ada@example.test', externalId: external_id, plan: 'pro', seats: 12, vip: true }
request = DriftContacts::ContactCreateRequest.new(attributes: attributes)
by_external_id = { id_type: DriftContacts::FindIdType::EXTERNAL, id: [external_id] }

1.upto(3) do |attempt|
  # Where the response was lost, look before sending again.
  found = attempt > 1 ? contacts.find_contacts(by_external_id).data.first : nil
  contact = found || contacts.create_contact(request).data
  puts "#{contact.id} #{contact.attributes['plan']}"
  break
rescue DriftContacts::ApiError, Faraday::Error => e
  if e.is_a?(DriftContacts::ApiError) && e.response_body
    # 409 with CONTACT-6: a contact with this external id is there already.
    refused = DriftContacts::ErrorResponse.build_from_hash(JSON.parse(e.response_body, symbolize_names: true))
    puts "#{e.code} #{refused.error.type}"
    break
  end
  warn "attempt #{attempt}: no response, so the contact may exist (#{e.class})"
end
