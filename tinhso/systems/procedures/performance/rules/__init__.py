"""The rules of performance figures: periods, on time or late, scores, small cells, chances. No database, no clock."""
