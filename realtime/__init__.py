"""Palier: real-time neighbourhood chat and alerts. Start reading at docs/architecture.md."""
