"""Routes of diagnoses."""

app_name = "diagnoses"
urlpatterns = []
