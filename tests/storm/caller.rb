# The loop that everybody writes, in Ruby.
require "json"
require "net/http"

URL, TOKEN, *numbers = ARGV
FIRST, STEP, COUNT = numbers.map(&:to_i)
ENDPOINT = URI("#{URL}/contacts")
$stdout.sync = true

def attempt(key, body)
  request = Net::HTTP::Post.new(ENDPOINT)
  request["Authorization"] = "Bearer #{TOKEN}"
  request["Content-Type"] = "application/json"
  request["Idempotency-Key"] = key
  limits = { open_timeout: 5, read_timeout: 5, write_timeout: 5 }
  response = Net::HTTP.start(ENDPOINT.host, ENDPOINT.port, **limits) { |http| http.request(request, body) }
  JSON.parse(response.body) # net/http says nothing of a body that was cut
  [response.code.to_i, response["Drift-Outcome"], response.body]
end

def create(name, email, external_id)
  body = JSON.generate({ attributes: { email: email, externalId: external_id } })
  loop do
    begin
      status, outcome, text = attempt(name, body)
      if status < 500 && ![408, 429].include?(status)
        $stdout.write("#{name}\t#{status}\t#{outcome}\t#{text}\n")
        return
      end
    rescue StandardError
      # Whatever it was, the same request comes next.
    end
    sleep 0.1
  end
end

queue = Queue.new
(FIRST...COUNT).step(STEP) { |number| queue << number }
queue.close
workers = Array.new(6) do
  Thread.new do
    while (number = queue.pop)
      external_id = "u_#{number}_9f3c1ad27b60e845"
      create("create-#{number}", "lead#{number}@example.test", external_id)
      create("rival-#{number}", "rival#{number}@example.test", external_id) if (number % 50).zero?
    end
  end
end
workers.each(&:join)
