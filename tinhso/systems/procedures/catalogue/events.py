"""What happens to the list of procedures, in the past tense."""

CATALOGUE_LOADED = "procedures.catalogue_loaded"
FACT_CONFIRMED = "procedures.catalogue_fact_confirmed"
