"""What the engine's tests share: three permissions of an invented system, a Monday morning."""

from datetime import datetime
from zoneinfo import ZoneInfo

VN = ZoneInfo("Asia/Ho_Chi_Minh")
RECEIVE, SETTLE, SIGN = "workflow_test.receive", "workflow_test.settle", "workflow_test.sign"
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=VN)
