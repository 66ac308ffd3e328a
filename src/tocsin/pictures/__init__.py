"""Pictures of series drawn without a browser, for the report's page, documents and messages. No Django."""
