"""What makes phones ring: who was meant, who was rung, who saw it."""
