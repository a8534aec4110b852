"""The embedded reader: OCR, rules and no network, behind the same interface as a real model."""
