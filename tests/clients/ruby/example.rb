# Creates one contact through a gateway, and prints it, or what Drift says where it is there already.
require 'json'
require 'drift_contacts'
require 'securerandom'
require 'uri'

base = URI(ENV.fetch('DRIFT_BASE_URL', 'http://127.0.0.1:8474')) # where `drift gateway` listens
DriftContacts.configure do |config|
  config.scheme = base.scheme
  config.host = "#{base.host}:#{base.port}"
  config.access_token = ENV.fetch('DRIFT_TOKEN')
end

contacts = DriftContacts::ContactsApi.new
# Made once, outside the loop, and kept with your own record: every attempt sends the same id and the same key.
external_id = ENV.fetch('DRIFT_EXTERNAL_ID') { "u_#{SecureRandom.hex(16)}" }
key = SecureRandom.uuid
attributes = { email: 'ada@example.test', externalId: external_id, plan: 'pro', seats: 12, vip: true }
request = DriftContacts::ContactCreateRequest.new(attributes: attributes)

loop do
  contact = contacts.create_contact(request, idempotency_key: key).data
  puts "#{contact.id} #{contact.attributes['plan']}"
  break
rescue DriftContacts::ApiError, Faraday::Error => e
  status = e.is_a?(DriftContacts::ApiError) ? e.code.to_i : 0
  if status >= 400 && status < 500 && status != 408 && status != 429
    # 409 with CONTACT-6: a contact with this external id is there already.
    refused = DriftContacts::ErrorResponse.build_from_hash(JSON.parse(e.response_body, symbolize_names: true))
    puts "#{status} #{refused.error.type}"
    break
  end
  warn "no result yet (#{e.class}): the same request again, in a second"
  sleep 1
end
