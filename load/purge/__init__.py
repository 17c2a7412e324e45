"""Patients' data removed after their time."""
