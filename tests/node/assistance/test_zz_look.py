import pytest
from pathlib import Path
from django.urls import reverse
from django.utils import timezone
from tests.node.assistance.scenes import *
from tests.node.assistance.test_demand import payload
from tests.node.events.scenes import an_event
from tocsin.node.assistance.actions.answering import accept
from tocsin.node.assistance.actions.handing_over import *
from tocsin.node.assistance.actions.shipping import *
from tocsin.node.assistance.actions.capabilities import keep_entry, share_register
from tocsin.node.assistance.models import *
from tocsin.node.events.models import EventEstimate
from tocsin.joint.assistance import Key
pytestmark = pytest.mark.django_db
def inject():
    import json
    from django.utils.translation import trans_real
    d=json.load(open('/tmp/plan/words_P5.json'))
    import glob
    for f in ['/tmp/plan/words_P4.json','/tmp/plan/words_P5.json']:
        d=json.load(open(f))
        for l in ('ru','zh-hans'):
            cat=trans_real.translation(l)._catalog
            for k,v in d[l].items():
                if isinstance(v,dict):
                    for i,x in v.items(): cat._catalogs[0][(k,int(i))]=x
                else: cat._catalogs[0][k]=v
def test_look(joined, partner, lin, dara, nodira, person, signed_in, diseases, places, amina):
    inject()
    event = an_event(diseases["plague-pneumonic"], places["XX-11"], amina)
    EventEstimate.objects.create(event=event, list_changed_at=timezone.now(), engine="0", payload=payload([70.0]*5,[70.0]*5))
    of = ask(lin, dara, event={"origin":"AL","id":str(event.pk)}, items=[item("i1", quantity=200), item("i2","pcr-kit",960,"test", cold_chain="2_8", regulatory=["registered","who_prequalified"]), item("i3","respirator",400,"box",pack_size=50), item("i4","packaging-category-a",50,"piece", un2814=True)])
    first = their_offer(partner, joined, "BO", of, line("i1", 120), line("i2", 5, "kit", 96), conditions="To be returned after six months.", costs="lent")
    second = their_offer(partner, joined, "CE", of, line("i1", 100), line("i3", 300, "box", 50), confirmed=False)
    third = their_offer(partner, joined, "CE", of, line("i3", 400, "box", 50), id="o2")
    accept(of, first, quantities={"i1": 120, "i2": 5}, **seen(of), by=dara)
    plan = {"id": "s1", "offer": whose(first), "lines": [{"item": "i1", "quantity": 100}, {"item":"i2","quantity":5}], "route": "By road over the Lake pass", "carrier": "State road service", "documents": [{"kind":"waybill","number":"WB-7","title":""}], "expected_on": day(3)}
    says(partner, joined, "BO", of, "plan_shipment", **plan)
    s = Key("BO","s1")
    clear(of, s, documents=[{"kind": "import_licence", "number": "AL/7", "title": ""}], **seen(of), by=lin)
    says(partner, joined, "BO", of, "dispatch", shipment=whose(s), note="")
    says(partner, joined, "BO", of, "in_transit", shipment=whose(s), where="Lake pass")
    says(partner, joined, "BO", of, "delay", shipment=whose(s), expected_on=day(5), reason="Snow on the pass")
    arrive(of, s, **seen(of), by=lin)
    says(partner, joined, "BO", of, "hand_over", shipment=whose(s), note="", lines=[{"item":"i1","quantity":100,"condition":"good"},{"item":"i2","quantity":5,"condition":"good"}], signed=[{"name":"B. Osmonov","title":"Driver"}])
    hand_over(of, s, lines=[Handed("i1",98), Handed("i2",5,"cold_chain_broken")], signed=[Signature("A. Karim","Storekeeper")], **seen(of), by=lin)
    says(partner, joined, "BO", of, "plan_shipment", **{**plan, "id":"s2","lines":[{"item":"i1","quantity":20}]})
    state_costs(of, costs=[Cost("Fuel", 125000, "USD", "BO")], **seen(of), by=lin)
    review(of, well={"en":"Offers came within a day."}, badly={}, change={"en":"Licences ahead of time."}, **seen(of), by=lin)
    theirs_ = TheirRequest(partner, joined, "BO", items=[item("i1","respirator",10000), item("i2", "emt-type-2", 2, "team")], title={"en":"Respirators and teams","ru":"Респираторы и бригады"})
    entry = {"kind":"stock","item":"respirator","quantity":200,"unit":"box","pack_size":50,"ready_hours":12,"place":place("Altagrad")}
    keep_entry(entry, by=lin)
    keep_entry({"kind":"team","item":"emt-type-2","quantity":2,"ready_hours":48,"languages":["en","ru"],"place":place("Altagrad"),"members":12,"self_sufficient_days":14}, by=lin)
    share_register(by=dara, contact="Duty officer")
    keep_entry({**entry,"item":"ventilator","unit":"piece","pack_size":None}, by=lin)
    ours = offer_to(theirs_.of, lin, dara, line("i1", 100, "box", 50), line("i2", 1, "team"))
    draft = make_request_draft(said={"title":{"en":"Gloves"}, "items":[item("", "gloves", 20, "box", pack_size=None), item("", "other", 0)]}, by=lin)
    d2 = submit(make_offer_draft(theirs_.of, said=offered(line("i1",50,"box",50)), by=lin), version=1, by=lin)
    people = {l: signed_in(person("council_delegate","logistics","event_lead" if False else "duty_officer", name=f"Reader {l}", language=l)) for l in ("en","ru","zh-hans")}
    bad=[]
    def save(name, address, post=None):
        for l, b in people.items():
            try: r = b.post(address, post) if post is not None else b.get(address, follow=True)
            except Exception as e:
                import traceback; bad.append((name, l, repr(e), traceback.format_exc()[-600:])); break
            if r.status_code not in (200,422,409): bad.append((name,l,r.status_code))
            Path(f"/tmp/plan/p5_{name}_{l}.html").write_text(r.text)
    R = reverse
    save("overview", R("assistance")); save("filtered", R("assistance")+"?status=short&group=protection")
    save("request", R("assistance_request", args=[of.pk])); save("theirs", R("assistance_request", args=[theirs_.of.pk]))
    save("new", R("begin_assistance_draft")+f"?event={event.pk}"); save("draft", R("assistance_draft", args=[draft.pk]))
    save("look", R("assistance_draft_look", args=[draft.pk])); save("offerlook", R("assistance_offer_draft_look", args=[d2.pk]))
    save("offer", R("assistance_offer", args=[theirs_.of.pk])+"?item=i1&entry=s1"); save("offerdraft", R("assistance_offer_draft", args=[d2.pk]))
    save("accept", R("assistance_accept", args=[of.pk,"CE","o2"])); save("decline", R("assistance_decline", args=[of.pk,"CE","o2"]))
    save("giveup", R("assistance_give_up", args=[of.pk,"BO","o1"]))
    save("clear", R("assistance_clear", args=[of.pk,"BO","s2"])); save("sign", R("assistance_hand_over", args=[of.pk,"BO","s1"])); save("damage", R("assistance_damage", args=[of.pk,"BO","s1"]))
    for n in ("renew","cancel","close","costs","review","attach"): save(n, R(f"assistance_{n}", args=[of.pk]))
    for n in ("dispatch","tell_where","delay","divert","arrive","call_off","return","donate","demobilise"): save(n, R(f"assistance_{n}", args=[of.pk,"BO","s1"]))
    save("register", R("assistance_register")); save("entry", R("assistance_entry", args=[Capability.objects.filter(is_ours=True).first().pk])); save("entrynew", R("assistance_entry_new")); save("share", R("assistance_share"))
    save("event", R("event_assistance", args=[event.pk])); save("forecast", R("assistance_from_forecast", args=[event.pk]))
    save("reckoned", R("assistance_from_forecast", args=[event.pk]), {"admitted":"60","intensive":"30","oxygen":"50","ventilated":"60","until_admitted":"2","stay":"6","intensive_stay":"8","level":"0.9","stock_ventilator":"4","item_1":"respirator","icu_1":"2","admission_1":"1","stock_1":"100"})
    for l,b in people.items():
        for f in ("pdf","docx"):
            r = b.get(R("assistance_report", args=[of.pk,l,f]))
            if r.status_code!=200: bad.append(("report",l,f,r.status_code,r.content[:200]))
            Path(f"/tmp/plan/p5_report_{l}.{f}").write_bytes(r.content)
        for f in ("csv","xlsx"):
            r = b.get(R("assistance_export", args=[f])); data=b"".join(r.streaming_content); Path(f"/tmp/plan/p5_items_{l}.{f}").write_bytes(data)
    [print(*one, sep='\n') for one in bad]; assert not bad
