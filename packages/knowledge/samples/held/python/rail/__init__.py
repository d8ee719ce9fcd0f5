from .clock import Clock
