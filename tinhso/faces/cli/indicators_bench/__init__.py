"""`tinhso bench indicators`: figures at the size of a province's whole reporting, on a database of the bench's own."""
