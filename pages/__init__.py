"""What people see. Page scripts lie one folder deeper, never directly here (see docs/decisions.md)."""
