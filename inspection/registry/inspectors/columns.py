"""The columns of an inspector register and the headers they go by."""

from inspection.registry.intake.columns import Column

INSPECTOR_COLUMNS = (
    Column("name", ("姓名", "执法人员姓名", "检查人员", "name"), required=True),
    Column("post", ("职务", "担任职务", "具体职务", "岗位", "post", "position")),
    Column(
        "unit",
        ("工作单位", "所在单位", "所在业务部门（机构）", "单位", "所属科室", "科室", "unit", "employer"),
        required=True,
    ),
    Column(
        "number",
        ("执法证号", "执法证编号", "行政执法证号", "执法证件号", "证件号", "证号", "certificate number", "certificate"),
    ),
    Column("qualification", ("执法资质", "岗位资质资格", "资质", "执法类别", "qualification", "qualifications")),
    Column("specialty", ("业务专长", "专长", "业务特长", "specialty", "specialties")),
    Column("issuer", ("发证机关", "执法证发证机关", "发证单位", "issuer", "issued by")),
    Column("valid_from", ("有效期起", "发证日期", "有效期自", "valid from", "issued on")),
    Column("valid_until", ("有效期止", "有效期至", "执法证有效期", "有效期", "valid until", "expires", "valid to")),
    Column("category", ("人员类别", "人员类型", "category")),
    Column("leader_capable", ("可任组长", "leader capable")),
    Column("relations", ("回避对象", "利害关系对象", "relations")),
    Column("staff_no", ("工号", "单位工号", "人员编号", "staff number", "staff no")),
    Column("area", ("区域", "所属区域", "area")),
)
