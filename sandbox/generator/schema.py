"""
What the generated practice declares about itself: GET /metadata.

Not the whole truth: `loyalty_tier` and `hs_score` are found in its data and declared nowhere.
"""

from __future__ import annotations

from typing import Any

from sandbox.generator.dice import ZONE_NAME
from sandbox.generator.words import CARRIERS, INTERESTS

# name:type[:option…]; options: required, phi, many, max=N, to=OBJECT, in=A|B|C
_COMMON = ("id:text:required created_at:datetime:required modified_at:datetime:required "
           "deleted_at:datetime owner_id:reference:to=users")  # fmt: skip
_STANDARD = {
    "users": "name:text:required:max=255 email:email active:boolean role:text",
    "organizations": "name:text:required:max=255 parent_id:reference:to=organizations "
    "industry:text website:url employee_count:integer annual_revenue:currency "
    "description:longtext tags:text:many phones:phone:many emails:email:many addresses:text:many",
    "people": "salutation:text first_name:text:phi middle_name:text:phi last_name:text:phi "
    "suffix:text job_title:text organization_id:reference:to=organizations "
    "date_of_birth:date:phi description:longtext tags:text:many emails:email:many "
    "phones:phone:many addresses:text:many",
    "leads": "title:text:required:max=255 status:picklist:in=New|Contacted|Qualified|Unqualified|"
    "Nurture source:text person_id:reference:to=people organization_id:reference:to=organizations "
    "estimated_value:currency currency:text description:longtext "
    "converted_deal_id:reference:to=deals tags:text:many",
    "deals": "name:text:required:max=255 stage:picklist:in=Prospecting|Proposal|Negotiation|"
    "Closed_Won|Closed_Lost|On_Hold amount:currency currency:text probability:decimal "
    "expected_close_date:date closed_at:datetime lost_reason:text source:text "
    "organization_id:reference:to=organizations person_ids:reference:many:to=people "
    "description:longtext tags:text:many",
    "activities": "type:picklist:required:in=call|email|meeting|note subject:text body:longtext "
    "direction:picklist:in=inbound|outbound started_at:datetime duration_minutes:integer "
    "completed:boolean person_ids:reference:many:to=people "
    "organization_id:reference:to=organizations lead_id:reference:to=leads "
    "deal_id:reference:to=deals",
    "attachments": "file_name:text:required content_type:text size_bytes:integer sha256:text "
    "kind:picklist:in=document|image|clinical_image "
    "parent_type:picklist:in=organizations|people|leads|deals|activities parent_id:text",
    "claims": "person_id:reference:phi:to=people claim_number:text:phi payer:text:phi "
    "diagnosis_codes:text:phi:many amount_billed:currency:phi service_date:date:phi "
    "status:picklist:in=submitted|paid|denied",
    "imaging_studies": "person_id:reference:phi:to=people "
    "attachment_id:reference:to=attachments modality:text:phi study_instance_uid:text:phi "
    "patient_name:text:phi device:text",
    "eligibility": "person_id:reference:phi:to=people payer:text:phi member_number:text:phi "
    "checked_at:datetime:phi response:longtext:phi",
    "workflows": "name:text:required trigger:text active:boolean steps:integer definition:longtext",
    "email_templates": "name:text:required subject:text body:longtext active:boolean",
    "integrations": "name:text:required vendor:text kind:text active:boolean",
}
_PICK = "|".join(INTERESTS)
_CUSTOM = {
    "organizations": "npi:text:max=10 accreditation:picklist:in=AAAHC|JCAHO|None "
    "bed_count:integer contract_value:currency partner_since:date is_partner:boolean",
    "people": "patient_number:text:phi insurance_carrier:picklist:phi:in="
    + "|".join(CARRIERS).replace(" ", "_")
    + " last_visit:date:phi preferred_contact:picklist:in=Phone|E-mail|Text newsletter:boolean "
    f"referred_by:text interests:picklist:many:in={_PICK} website:url",
    "leads": f"treatment_interest:picklist:in={_PICK} budget:currency callback_date:date "
    "campaign:text",
    "deals": "order_number:text priority:picklist:in=Low|Medium|High|Urgent "
    "deal_source:picklist:in=Web|Referral|Event discount_percent:decimal renewal:boolean "
    "contract_start:date",
    "activities": "room:text outcome_code:picklist:in=Reached|No_answer|Left_message",
}
_LABELS = {"people": "Person", "activities": "Activity", "eligibility": "Eligibility",
           "imaging_studies": "Imaging study", "email_templates": "Email template"}  # fmt: skip
OBJECTS = tuple(_STANDARD)


def _field(text: str, *, custom: bool) -> dict[str, Any]:
    """Unfold `name:type:option…` into a field of the metadata."""
    name, kind, *options = text.split(":")
    given = dict(option.partition("=")[::2] for option in options)
    values = (
        [value.replace("_", " ") for value in given["in"].split("|")] if "in" in given else None
    )
    return {
        "name": name,
        "label": name.replace("_", " ").capitalize() if name != "id" else "ID",
        "type": kind,
        "required": "required" in given,
        "custom": custom,
        "max_length": int(given["max"]) if "max" in given else None,
        "picklist": [{"value": value, "label": value} for value in values] if values else None,
        "multiple": "many" in given,
        "references": given.get("to"),
        "phi": "phi" in given,
    }


def objects() -> list[dict[str, Any]]:
    """Return the `objects` of the metadata, in the order in which they are listed."""
    return [
        {
            "name": name,
            "label": _LABELS.get(name, name[:-1].replace("_", " ").capitalize()),
            "fields": [
                *(_field(text, custom=False) for text in _COMMON.split()),
                *(_field(text, custom=False) for text in _STANDARD[name].split()),
                *(_field(text, custom=True) for text in _CUSTOM.get(name, "").split()),
            ],
        }
        for name in OBJECTS
    ]


def metadata(server_time: str) -> dict[str, Any]:
    """Return the whole answer of GET /metadata at a time."""
    return {
        "server_time": server_time,
        "server_time_zone": ZONE_NAME,
        "objects": objects(),
    }
