"""The columns of an inspector register and the headers they go by.

One row may hold two certificates side by side (an older one of the trade's system and the province's own, each with its
own days); further ones stand on rows of their own.
"""

from inspection.registry.intake.columns import Column

INSPECTOR_COLUMNS = (
    Column("name", ("姓名", "执法人员姓名", "检查人员", "人员姓名", "name"), required=True),
    Column("post", ("职务", "担任职务", "具体职务", "岗位", "post", "position")),
    Column(
        "unit",
        ("工作单位", "所在单位", "所在业务部门（机构）", "单位", "所属科室", "科室", "unit", "employer"),
        required=True,
    ),
    Column(
        "number",
        (
            "执法证号",
            "执法证编号",
            "执法证号码",
            "行政执法证号",
            "工商执法证号",
            "工商执法证编号",
            "执法证件号",
            "证件号",
            "证号",
            "certificate number",
            "certificate",
        ),
    ),
    Column("qualification", ("执法资质", "岗位资质资格", "资质", "执法类别", "qualification", "qualifications")),
    Column("specialty", ("业务专长", "专长", "业务特长", "specialty", "specialties", "expertise")),
    Column("issuer", ("发证机关", "执法证发证机关", "工商执法证发证机关", "发证单位", "issuer", "issued by")),
    Column("valid_from", ("有效期起", "发证日期", "有效期自", "工商执法证有效期起", "valid from", "issued on")),
    Column(
        "valid_until",
        (
            "有效期止",
            "有效期至",
            "执法证有效期",
            "执法证有效期至",
            "工商执法证有效期",
            "工商执法证有效期至",
            "工商执法证有效期止",
            "有效期",
            "valid until",
            "expires",
            "valid to",
        ),
    ),
    Column("scope", ("执法事项范围", "执法范围", "执法证执法范围", "scope")),
    Column("scope_area", ("执法区域", "执法地域", "certificate area")),
    Column("status", ("执法证状态", "证件状态", "工商执法证状态", "certificate status")),
    Column("status_since", ("执法证状态日期", "状态日期", "暂扣日期", "注销日期", "status since")),
    Column("status_reason", ("执法证状态原因", "状态原因", "status reason")),
    Column("number_2", ("省政府执法证号", "省政府执法证编号", "第二执法证号", "执法证号2", "certificate number 2")),
    Column("issuer_2", ("省政府执法证发证机关", "第二执法证发证机关", "发证机关2", "issuer 2")),
    Column("valid_from_2", ("省政府执法证有效期起", "第二执法证有效期起", "有效期起2", "valid from 2")),
    Column(
        "valid_until_2",
        (
            "省政府执法证有效期",
            "省政府执法证有效期至",
            "省政府执法证有效期止",
            "第二执法证有效期",
            "有效期止2",
            "有效期至2",
            "valid until 2",
        ),
    ),
    Column("scope_2", ("省政府执法证执法范围", "执法事项范围2", "scope 2")),
    Column("status_2", ("省政府执法证状态", "执法证状态2", "certificate status 2")),
    Column("category", ("人员类别", "人员类型", "category")),
    Column("role", ("人员身份", "是否专家", "专家类别", "role", "expert")),
    Column("person_status", ("执法人员状态", "人员状态", "在岗状态", "在职状态", "staff status")),
    Column("leader_capable", ("可任组长", "leader capable")),
    Column("relations", ("回避对象", "利害关系对象", "relations")),
    Column("staff_no", ("工号", "单位工号", "人员编号", "staff number", "staff no")),
    Column("area", ("区域", "所属区域", "地区", "area")),
    Column("post_class", ("岗位大类", "岗位类别", "post class")),
    Column("background", ("学历专业", "专业背景", "所学专业", "专业", "background")),
    Column("maximum_load", ("工作量上限", "最多检查户数", "maximum load")),
)
TITLES = {column.field: column.synonyms[0] for column in INSPECTOR_COLUMNS}
"""What a column is called where the file has none."""
COLUMN_OF = {
    "position": "post",
    "qualifications": "qualification",
    "expertise": "specialty",
    "active": "person_status",
    "given_no": "staff_no",
}
"""Fields of a person whose column has another name."""


def title_of(field: str) -> str:
    """The usual header of a person's field, for messages."""
    return TITLES[COLUMN_OF.get(field, field)]
