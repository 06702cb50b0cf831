"""The design system: layout, components, charts, formats, reports. It knows no model."""
