module drift.example/contacts

go 1.18
