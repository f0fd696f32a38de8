"""How forms are drawn: our templates for every form of the product, the library's included."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draws an error summary with one link a field, then each field with its label, hint and error."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
