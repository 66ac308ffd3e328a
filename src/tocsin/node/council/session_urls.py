from tocsin.node.council.views.duties import urlpatterns as duties
from tocsin.node.council.views.session_acting import urlpatterns as acting
from tocsin.node.council.views.session_convening import urlpatterns as convening
from tocsin.node.council.views.session_event import urlpatterns as of_events
from tocsin.node.council.views.session_keeping import urlpatterns as keeping
from tocsin.node.council.views.session_papers import urlpatterns as papers
from tocsin.node.council.views.sessions import urlpatterns as sessions

urlpatterns = [*convening, *sessions, *acting, *keeping, *papers, *of_events, *duties]
