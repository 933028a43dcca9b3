from django.db import migrations


def read_anew(apps, schema_editor):
    """SOAP services published before: each operation gets the element by which the plane knows it.

    A WSDL that is refused today stays as it is; the plane then lets nobody call it.
    """
    from tinhso.engines.exchange.contracts.wsdl import compile_wsdl
    from tinhso.engines.exchange.errors import ContractRefused

    contracts = apps.get_model("exchange", "Contract").objects.order_by("service_id", "-number").distinct("service_id")
    for contract in contracts.filter(service__kind="soap").select_related("service"):
        try:
            contract.service.operations = compile_wsdl(contract.text).as_rows()
        except ContractRefused:
            continue
        contract.service.save(update_fields=["operations"])


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_peers")]

    operations = [migrations.RunPython(read_anew, migrations.RunPython.noop)]
