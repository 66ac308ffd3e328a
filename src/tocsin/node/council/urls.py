from tocsin.node.council.decision_urls import urlpatterns as decisions
from tocsin.node.council.paper_urls import urlpatterns as papers
from tocsin.node.council.session_urls import urlpatterns as sessions

urlpatterns = [*decisions, *sessions, *papers]
