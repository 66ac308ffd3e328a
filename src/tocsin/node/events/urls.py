"""Pages of events: each page's addresses stand beside its views."""

from tocsin.node.events.views import (
    assessment,
    attack_rates,
    case_tables,
    cases,
    clocks,
    estimates,
    event,
    event_list,
    facts,
    files,
    laboratory,
    line_list,
    log,
    samples,
)

urlpatterns = [
    *event_list.urlpatterns,
    *clocks.urlpatterns,
    *event.urlpatterns,
    *estimates.urlpatterns,
    *facts.urlpatterns,
    *log.urlpatterns,
    *assessment.urlpatterns,
    *line_list.urlpatterns,
    *case_tables.urlpatterns,
    *attack_rates.urlpatterns,
    *cases.urlpatterns,
    *laboratory.urlpatterns,
    *samples.urlpatterns,
    *files.urlpatterns,
]
