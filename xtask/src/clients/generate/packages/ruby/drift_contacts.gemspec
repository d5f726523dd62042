require_relative 'lib/drift_contacts/version'

Gem::Specification.new do |spec|
  spec.name = 'drift_contacts'
  spec.version = DriftContacts::VERSION
  spec.summary = '{{summary}}'
  spec.authors = ['{{author}}']
  spec.homepage = '{{homepage}}'
  spec.metadata['source_code_uri'] = '{{repository}}'
  spec.metadata['changelog_uri'] = '{{repository}}/blob/main/CHANGELOG.md'
  spec.licenses = %w[{{licenses}}]
  spec.required_ruby_version = '>= 2.7'
  spec.files = Dir['lib/**/*.rb', 'LICENSE-*', 'README.md']
  spec.require_paths = ['lib']

  spec.add_dependency 'faraday', '>= 1.0.1', '< 3.0'
  spec.add_dependency 'marcel'
end
