# Creates a contact with Ruby's own net/http, and prints Drift's response.
#
# DRIFT_TOKEN   the access token
# DRIFT_BASE_URL   another base URL than https://driftapi.com, such as a local Drift
require 'json'
require 'net/http'

url = URI("#{ENV.fetch('DRIFT_BASE_URL', 'https://driftapi.com')}/contacts")
request = Net::HTTP::Post.new(url)
request['Authorization'] = "Bearer #{ENV.fetch('DRIFT_TOKEN')}"
request['Content-Type'] = 'application/json'
request.body = JSON.generate(
  attributes: {
    email: 'ada@example.test',
    externalId: 'u_9f3c1ad27b60e845'
  }
)

# When this times out the contact may or may not be there: look it up before you send it again.
response = Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == 'https', open_timeout: 10, read_timeout: 30) do |drift|
  drift.request(request)
end
abort "#{response.code} #{response.body}" unless response.is_a?(Net::HTTPSuccess)
puts response.body
