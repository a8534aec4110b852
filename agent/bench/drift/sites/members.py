"""A table of members, where every row has the same two buttons."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from agent.bench.drift.site import Do, Handles, Ledger, Site, alert, choice, entry, page

_BRAND = "Clubhouse admin"
_MEMBERS = {
    "11": ("Ada Moreau", "ada.moreau@north.example", "Solo"),
    "12": ("Jon Berg", "jon.berg@fjord.example", "Solo"),
    "13": ("Priya Nair", "priya@lotus.example", "Team"),
    "14": ("Tomás Reyes", "tomas.reyes@sur.example", "Solo"),
    "15": ("Mara Lind", "mara.lind@north.example", "Team"),
    "16": ("Oleg Petrov", "oleg@volga.example", "Trial"),
    "17": ("Chen Wei", "chen.wei@delta.example", "Team"),
    "18": ("Aoife Byrne", "aoife@liffey.example", "Solo"),
    "19": ("Luca Conti", "luca.conti@sur.example", "Trial"),
}
_PLANS = {name: name for name in ("Trial", "Solo", "Team", "Company")}
_RIGHTS = {"reader": "Reader", "editor": "Editor", "owner": "Owner"}


def _make(ledger: Ledger, _: Path) -> Starlette:
    def table(said: str = "") -> HTMLResponse:
        rows = "".join(
            f'<tr data-row="{key}" data-truth="row:{key}"><td>{name}</td><td>{email}</td><td>{plan}</td>'
            f'<td><form data-pair=""><button formaction="/members/{key}/edit" data-truth="edit:{key}">Edit</button> '
            f'<button formaction="/members/{key}/suspend" data-truth="suspend:{key}">Suspend</button></form></td></tr>'
            for key, (name, email, plan) in _MEMBERS.items()
        )
        body = (
            f'<h1>Members</h1>{said}<div class="card"><table><thead><tr><th>Name</th><th>E-mail</th><th>Plan</th>'
            f'<th>Actions</th></tr></thead><tbody data-rows="">{rows}</tbody></table></div>'
        )
        return HTMLResponse(page("Members", _BRAND, body))

    async def members(_: Request) -> HTMLResponse:
        return table()

    async def suspend(request: Request) -> HTMLResponse:
        key = request.path_params["key"]
        problem = ""
        if request.method == "POST":
            form = await request.form()
            if form.get("reason"):
                ledger.enter("suspended", {"member": key, "reason": form["reason"]})
                return table(f'<p role="status">{_MEMBERS[key][0]} is suspended.</p>')
            problem = alert("Give a reason.")
        body = (
            f'<h1>Suspend {_MEMBERS[key][0]}?</h1>{problem}<form class="card" method="post" '
            f'action="/members/{key}/suspend">{entry("reason", "Reason")}'
            '<p data-pair=""><button class="main" data-truth="suspend">Suspend member</button> '
            '<a class="button" href="/" data-truth="keep">Keep active</a></p></form>'
        )
        return HTMLResponse(page("Suspend", _BRAND, body), 422 if problem else 200)

    async def edit(request: Request) -> HTMLResponse:
        key = request.path_params["key"]
        problem = ""
        if request.method == "POST":
            form = await request.form()
            if form.get("plan") in _PLANS and form.get("rights") in _RIGHTS:
                ledger.enter("edited", {"member": key, "plan": form["plan"], "rights": form["rights"]})
                return table(f'<p role="status">The changes to {_MEMBERS[key][0]} are saved.</p>')
            problem = alert("Choose a plan and rights from the lists.")
        body = (
            f'<h1>{_MEMBERS[key][0]}</h1>{problem}<form class="card" method="post" action="/members/{key}/edit">'
            f"{choice('plan', 'Plan', _PLANS, _MEMBERS[key][2])}{choice('rights', 'Rights', _RIGHTS, 'reader')}"
            '<p data-pair=""><button class="main" data-truth="save">Save</button> '
            '<a class="button" href="/" data-truth="cancel">Cancel</a></p></form>'
        )
        return HTMLResponse(page("Edit member", _BRAND, body), 422 if problem else 200)

    return Starlette(
        routes=[
            Route("/", members),
            Route("/members/{key}/suspend", suspend, methods=["GET", "POST"]),
            Route("/members/{key}/edit", edit, methods=["GET", "POST"]),
        ]
    )


SITE = Site(
    name="members",
    task="Suspend Mara Lind because of unpaid invoices, and give Jon Berg the plan Team and the rights of an editor.",
    make=_make,
    flow=(
        Do("click", "button", "Suspend", nth=4),
        Do("type", "textbox", "Reason", "Unpaid invoices"),
        Do("click", "button", "Suspend member"),
        Do("click", "button", "Edit", nth=1),
        Do("select", "combobox", "Plan", "Team"),
        Do("select", "combobox", "Rights", "Editor"),
        Do("click", "button", "Save"),
    ),
    data={"member": "Mara Lind", "reason": "Unpaid invoices", "plan": "Team"},
    handles=Handles(
        page="/members/15/suspend",
        sends="/members/12/edit",
        label=("Reason", "Reason for this"),
        button=("Save", "Save changes"),
        heading=("Members", "People"),
        other_label="Administrator password",
        other_button="Delete member",
        field="reason",
        required="plan",
        swapped=("plan", "rights"),
        twin=("plan", '<form class="card"><h2>Notes</h2><label>Note <input></label> <button>Save</button></form>'),
        row="15",
        namesake=(("mara.lind@north.example", "m.lind@otherplace.example"), ("Team", "Trial")),
    ),
)
