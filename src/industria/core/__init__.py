"""What every floor above stands on: tables, measures, results, engines."""
