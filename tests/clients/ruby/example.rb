# Creates a contact, and prints it, or what Drift says where it is there already.
require 'json'
require 'drift_contacts'
require 'uri'

place = URI(ENV.fetch('DRIFT_BASE_URL', 'https://driftapi.com'))
DriftContacts.configure do |config|
  config.scheme = place.scheme
  config.host = "#{place.host}:#{place.port}"
  config.access_token = ENV.fetch('DRIFT_TOKEN')
end

contacts = DriftContacts::ContactsApi.new
attributes = { email: 'ada@example.test', externalId: 'u_9f3c1ad27b60e845', plan: 'pro', seats: 12, vip: true }
begin
  contact = contacts.create_contact(DriftContacts::ContactCreateRequest.new(attributes: attributes)).data
  puts "#{contact.id} #{contact.attributes['plan']}"
rescue DriftContacts::ApiError => e
  # 409 with CONTACT-6: a contact with this external id is there already.
  refused = DriftContacts::ErrorResponse.build_from_hash(JSON.parse(e.response_body, symbolize_names: true))
  puts "#{e.code} #{refused.error.type}"
end
