module drift.example/drivers

go 1.18

require drift.example/contacts v0.0.0

replace drift.example/contacts => ../client
