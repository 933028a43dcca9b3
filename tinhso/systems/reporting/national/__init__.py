"""The national reporting system: packages out, receipts in. A plain folder of the reporting app, no app of its own."""
