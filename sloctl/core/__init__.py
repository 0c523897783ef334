"""What every layer needs: sources and positions, findings, errors, durations, plug-in discovery."""
