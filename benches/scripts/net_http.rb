# Ruby's net/http: a kept connection, and a thread for each create in flight.
require "json"
require "net/http"
require "securerandom"

TOKEN = "bench-token-0123456789abcdef"

def now(clock = Process::CLOCK_MONOTONIC) = Process.clock_gettime(clock, :nanosecond)

def contact(number)
  attributes = {
    email: "person#{number}@example.test", externalId: "r_#{SecureRandom.hex(16)}",
    name: "Ada Lovelace", phone: "+44 20 7946 0001", plan: "pro"
  }
  { attributes: attributes }
end

def create(http, contact)
  start = now
  headers = { "authorization" => "Bearer #{TOKEN}", "content-type" => "application/json" }
  answer = http.post("/contacts", JSON.generate(contact), headers)
  raise "status #{answer.code}" unless answer.is_a?(Net::HTTPSuccess)
  raise "the answer has no id" unless JSON.parse(answer.body)["data"]["id"]
  now - start
end

def creates(connections, contacts)
  queue = Queue.new
  contacts.each { |contact| queue << contact }
  queue.close
  threads = connections.map do |http|
    Thread.new do
      times = []
      while (contact = queue.pop)
        times << create(http, contact)
      end
      times
    end
  end
  threads.flat_map(&:value)
end

url, in_flight, count = ARGV
uri = URI(url)
connections = Array.new(in_flight.to_i) { Net::HTTP.start(uri.host, uri.port, read_timeout: 15) }
creates(connections, Array.new(200) { |number| contact(number) })
contacts = Array.new(count.to_i) { |number| contact(number) }
cpu, wall = now(Process::CLOCK_PROCESS_CPUTIME_ID), now
times = creates(connections, contacts)
wall = now - wall
cpu = now(Process::CLOCK_PROCESS_CPUTIME_ID) - cpu
puts "#{count} #{cpu} #{wall} #{times.sort[times.length / 2]}"
