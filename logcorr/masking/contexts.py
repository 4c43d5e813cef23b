"""Words before a number that say whose it is: data, in the languages that logs are written in."""

__all__ = ["CONTEXT", "THINGS", "THINGS_BESIDE"]

CONTEXT: dict[str, str] = {
    word: entity
    for entity, words in {
        "PHONE": (
            "phone phones tel telephone mobile cell cellphone call called calling calls sms fax whatsapp telefon telefono teléfono "
            "téléphone handy rufnummer dial dialed dialing ring texted text msisdn gsm landline hotline celular móvil mobil portable "
            "telefone telefonnummer handynummer mobilnummer"
        ),
        "SSN": "ssn itin social",
        "ID": (
            # English names, and what stands beside a number of any country.
            "passport licence license licenses ni nino nhs tax taxpayer insurance medicare identity national citizen citizenship voter "
            "epic permit tin driver drivers sin personal identification mrn residence utr ppsn crn gstin ein abn acn kra bvn nik npwp "
            "ktp passeport pasaporte passaporto paszport paspoort "
            # Names that states have for their numbers.
            "aadhaar aadhar uidai cpf cnpj curp rfc nss ine cuit cuil dni nie nif nir insee siren siret pesel regon personnummer "
            "samordningsnummer bsn burgerservicenummer sofinummer steuer steuerid steuernummer steueridentifikationsnummer idnr "
            "sozialversicherungsnummer svnr versichertennummer krankenversichertennummer codice fiscale contribuinte contribuyente "
            "rut nric hkid reisepass reisepassnummer ausweis ausweisnummer personalausweis personalausweisnummer führerschein "
            "führerscheinnummer permiso hetu henkilötunnus henkilotunnus securite sécurité sociale ahv avs oasi cpr fødselsnummer "
            "fodselsnummer personnr kennitala oib jmbg emso emšo umcn egn cnp rodné rodne isikukood asmens personas tckn kimlik "
            "rijksregisternummer rijksregister amka afm adóazonosító edrpou rntrc snils снилс инн паспорт паспорта マイナンバー "
            "身份证 身份证号 身分證 주민등록번호 rrn cnic nicop cccd cmnd philsys umid tfn ird cedula cédula identidad identité "
            "identità teudat zehut iqama abgabenkontonummer vsnr niss insz phn cif rnc nuit pib vkn nrt nuis nipt voen "
            "veronumero fodselsnr burgerservicenr personalausweisnr identiteitskaart identiteitskaartnummer paspoortnummer dowod dowodu "
            "mispar cuit nip svnummer"
        ),
        "CARD": "card cards visa mastercard amex maestro pan kreditkarte kreditkartennummer tarjeta",
        "IBAN": "iban",
        "ACCOUNT": "konto kontonummer clabe aba bsb",
        "DEVICE": "imei imsi iccid meid",
        "DOB": "born dob birth birthday birthdate geboren geb geburtsdatum nacimiento naissance nascita nascimento urodzenia",
    }.items()
    for word in words.split()
}
# Words right before a number that make it a thing's; the second row does not where one of those above stands before it.
THINGS = frozenset(
    "order batch offset gtin ean upc isbn barcode sku invoice build job serial tracking ticket epoch ts timestamp uuid seq "
    "sequence version article product commit revision chunk block height bytes size count port pid lsn xid row part "
    "po rma awb waybill shipment parcel package policy contract quote receipt reservation booking lot pallet container "
    "model transaction msgid message partition took duration step run task line asin doi issn nanos processed rows page "
    "range blocks read wrote".split()
)
THINGS_BESIDE = frozenset("id item claim case ref reference".split())
