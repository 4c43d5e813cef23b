"""What key names mean: the tables that keys.py looks words up in. Data, not code.

A key is judged by its words, never by a part of one, so every spelling stands here as words; GLUED takes apart what
people write without a break.
"""

SECRET = "SECRET"
# The value is a secret only where it looks random.
RANDOM = "RANDOM"
COOKIE = "COOKIE"
AUTHORIZATION = "AUTHORIZATION"
# A mapping under it is walked by its own keys; a text under it is a secret where it looks random.
CONTAINER = "CONTAINER"
# As CONTAINER, but a text under it is a secret whatever it looks like.
CREDENTIALS = "CREDENTIALS"
# The number of a thing, or its version: digits there are nobody's phone, card or address.
THING = "THING"

# Words that, at the end of a key, say that the value is about the thing and is not the thing.
META = frozenset(
    """
    age algorithm allowed alias amount at attempt attempts available average body bytes category change changed check
    class code column columns config configured count counter created date days deleted description digest disabled
    display duration enabled encoding endpoint env error errors event exists expired expires expiration expiry failed
    failure failures fields file filename flag format found group hash header headers hint history host hours id ids
    index info interval invalid issued kind label last length level lifetime limit link list location manager match
    max message method metric min minutes mismatch missing mode model ms name names namespace needed note number
    ok option options page param parameter parameters path pattern permissions placeholder policy pool prefix present
    prompt provider quality reason region regex remaining required requirement requirements reset resolver result
    retries role rotated rotation rules schema scheme scope scopes seconds service set shape size source state status
    step store strategy strength stretch string suffix support supported table tag template test time timeout title
    total ttl type types unit updated url usage used uri valid validated validation validator verified version view
    visible weak
    """.split()
)

# Words at the beginning of a key that make it a statement, or a number.
STATEMENTS = frozenset(
    "is has had not no num max min total count avg should can may must needs need requires require allow allowed "
    "enable enabled disable disabled use uses with without show hide skip ignore forgot".split()
)

# Heads (last words) that name a secret.
SECRET_HEADS = frozenset(
    """
    password passwords passwd passwds pwd pwds pswd psw passphrase passphrases passcode passcodes passwort kennwort
    contrasena contraseña motdepasse mdp senha haslo hasło parola wachtwoord lösenord losenord salasana adgangskode heslo
    jelszó jelszo şifre sifre lozinka пароль 密码 密碼 パスワード 비밀번호 requirepass masterauth secret secrets token tokens jwt jws jwe bearer pin puk otp totp hotp cvv cvv2
    cvc cvc2 csc csrf xsrf sessid sid apikey psk mnemonic seedphrase pgpass htpasswd pass
    """.split()
)
# Before "pass" these make a ticket, a stage or a street of it.
NO_PASS = frozenset(
    "boarding ski bus day test first second third render mountain season build compiler by low high band".split()
)

# Before "key": what is no secret whatever it looks like, and what is one even where it does not look so.
PLAIN_KEYS = frozenset(
    """
    primary foreign public sort partition cache routing idempotency bucket object schema hash range composite natural
    surrogate candidate unique index lookup dict map row shard group grouping order ordering dedup deduplication
    message kafka redis s3 i18n locale translation label metric feature flag issue jira registry column field property
    attribute parent child hot arrow pub publishable trace span correlation request lock semaphore queue topic path
    storage blob entity document
    """.split()
)
SECRET_KEYS = frozenset(
    """
    api secret private access encryption encrypt decryption signing sign master shared ssh auth authentication
    authorization service app application consumer license licence deploy webhook hmac aes rsa dsa ec ecdsa gpg pgp
    pem tls ssl admin root session jwt symmetric server stripe openai anthropic sendgrid twilio mailgun datadog
    newrelic google aws azure gcp github gitlab slack vendor integration subscription ocp apim functions fernet
    recovery backup bearer token wep wpa wifi network crypto kms vault merchant gateway publishing
    """.split()
)

# Longest match at the end of a key, before any other rule; None is "not sensitive".
PHRASES: dict[tuple[str, ...], str | None] = {
    tuple(words.split()): entity
    for entity, phrases in {
        SECRET: (
            "session id, sess id, session key, session token, access key, secret key, security code, verification code, "
            "auth code, authorization code, one time code, one time password, recovery code, recovery codes, "
            "backup code, backup codes, activation code, reset code, pin code, card verification value, mfa code, "
            "two factor code, 2 fa code, otp code, sms code, seed phrase, recovery phrase, security answer, "
            "secret answer, connect sid, php sessid, j session id, asp net session id, shared access signature, "
            "account key, storage key, private key, client secret, login code, confirmation token, x amz signature, "
            "x goog signature, x amz security token, aws session token, ldap bind pw, bind pw, pw, user pw, db pw, "
            "x auth, proxy pass, cvv 2, cvc 2, access key id, aws access key id, api secret, basic auth, "
            "auth string, auth data, auth header, auth cookie, encryption passphrase, key material, mot de passe, pass word, "
            "password hash, password digest, password salt, passwd hash, pwd hash, password value, token value, secret value, "
            "password string, secret string, secret binary, secret text, token string, password confirmation, password confirm, "
            "password repeat, password again, password new, password old, password plain, password encrypted, secret data, "
            "secret key base, saml response, saml request, oob code, magic link, access code, door code, alarm code, "
            "unlock code, pairing code, device code, user code verifier, code verifier, sas url, webhook url, session cookie"
        ),
        RANDOM: "tokens, secrets manager, nonce, signature, sig",
        THING: (
            "version, versions, ver, semver, release, build, build number, revision, oid, order id, order number, order no, "
            "offset, size, bytes, count, id, ids, uuid, guid, trace id, span id, request id, correlation id, timestamp, "
            "ts, epoch, time, sha, sha 1, sha 256, md 5, hash, digest, etag, checksum, isbn, ean, gtin, barcode, sku, upc, "
            "tracking number, invoice number, invoice id, ticket, ticket id, job id, batch id, sequence, seq, "
            "partition, port, duration, latency, created at, updated at, expires at, expires, iat, exp, nbf, "
            "serial, serial number, commit, commit sha, git sha, build id, part number, article number, product id, "
            "item id, transaction id, message id, row id, rowid, lsn, xid, amount, price, total, balance, quantity, "
            "start time, end time, start, end, elapsed, nanoseconds, ns, ms, us, created, updated, modified, date, lock id, "
            "chunk id, block, block number, height, width, x, y, z, run id, snowflake, tweet id, channel id, model number"
        ),
        AUTHORIZATION: "authorization, proxy authorization, x authorization, www authenticate, authorization header",
        COOKIE: "cookie, set cookie, cookies, cookie header, http cookie, set cookie header",
        CONTAINER: "auth, session, sessions, login",
        CREDENTIALS: "credentials, credential, creds, cred",
        "EMAIL": (
            "email, emails, e mail, mail, email address, mail address, e mail address, email addr, mailto, recipient email, "
            "reply to, rcpt to, mail from, user email, contact email, email 1, email id, mail id"
        ),
        "PHONE": (
            "phone, phones, telephone, tel, mobile, cell, cellphone, cell phone, msisdn, fax, whatsapp, phone number, "
            "phone no, telephone number, mobile number, mobile no, cell number, fax number, contact number, phone num, "
            "tel no, tel number, home phone, work phone, sms number, sms to, telefon, telefono, phone e 164"
        ),
        "CARD": (
            "card number, card no, card num, credit card, creditcard, credit card number, debit card, cc number, cc num, "
            "ccnum, cc no, pan, primary account number, payment card, card, number of card, cardnumber"
        ),
        "IBAN": "iban, iban number, iban no, bank iban",
        "SSN": (
            "ssn, social security, social security number, social security no, social security num, itin, "
            "tax payer id us, ssn number, ssn last 4"
        ),
        "ID": (
            "national id, national id number, national number, tax id, tax number, tax no, tax identification number, tin, "
            "id number, id card, id card number, identity number, identity card, passport, passport number, passport no, "
            "passport num, driver license, drivers license, driver licence, driving licence, driving license, "
            "driver license number, drivers license number, driving licence number, dl number, license number, "
            "licence number, nino, ni number, national insurance, national insurance number, nhs number, nhs no, "
            "aadhaar, aadhar, aadhaar number, pan number, pan card, pan no, cpf, cnpj, curp, rfc, dni, nie, nif, nir, pesel, "
            "personnummer, personal number, personal id, personal identity number, fiscal code, codice fiscale, bsn, "
            "steuer id, steuernummer, sozialversicherungsnummer, insurance number, health card, health insurance number, "
            "medicare number, medicare, sin, social insurance number, tfn, tax file number, voter id, employee ssn, "
            "residence permit, visa number, my number, rrn, nric, cedula, rut, cuit, cuil, hkid, emirates id, "
            "hetu, henkilotunnus, henkilötunnus, burgerservicenummer, cpf number, cnpj number, securite sociale, sécurité sociale, "
            "numero securite sociale, insee, ahv, ahv number, ahv nummer, cpr, cpr number, fodselsnummer, fødselsnummer, "
            "isikukood, asmens kodas, oib, jmbg, egn, cnp, rodne cislo, rodné číslo, tckn, tc kimlik no, medicare no, "
            "nric number, hukou, resident id, idnr, rijksregisternummer, personalausweis, reisepass, reisepassnummer, "
            "numero de passeport, kimlik no, curp number, dni number, nie number, nif number, pesel number, "
            "citizen id, id no, identification number, patient id number, mrn, medical record number, civil id, civil number, "
            "national register number, national registry number, resident registration number, resident id number, "
            "civil registration number, personal code, personal identification number, personal identity code, personal id number, "
            "identity no, identity card no, identity card number, identity document, identity document number, id document number, "
            "travel document number, taxpayer id, tax payer id, taxpayer number, taxpayer identification number, taxpayer reference, "
            "unique taxpayer reference, utr, fiscal number, fiscal id, tax reference, tax reference number, tax registration number, "
            "numero contribuinte, número contribuinte, contribuinte, numero fiscal, numero identidad, numero dni, numero documento, "
            "cedula identidad, cedula ciudadania, cédula, social insurance no, health number, health insurance no, health card number, "
            "personal health number, phn, pension number, pps number, pps no, ppsn, ppsn number, svnr, sv nummer, steuernr, steuer nr, "
            "steuer idnr, steueridentifikationsnummer, rentenversicherungsnummer, krankenversicherungsnummer, versichertennummer, "
            "ausweisnummer, ausweis nr, personalausweisnummer, personalausweis nummer, reisepass nummer, führerscheinnummer, "
            "fuehrerscheinnummer, passport id, passport series, permis de conduire, permiso conducir, licencia conducir, "
            "carte identite, carte nationale, numero passeport, tessera sanitaria, nss, niss, insz, numero national, numéro national, "
            "burgerservicenr, sofinummer, samordningsnummer, personnr, cpr nummer, cpr nr, kennitala, emso, umcn, lnch, pesel nr, nip, "
            "regon, numer dowodu, taj, adoazonosito, adóazonosító, personas kods, tc kimlik, tc no, kimlik, vkn, teudat zehut, zehut, "
            "iqama, emirates id number, cnic, cnic number, nicop, aadhar number, epic number, voter id number, voter card, fin number, "
            "mykad, ic number, nik, ktp, npwp, cccd, cmnd, philsys, umid, tin number, hkid number, mynumber, ghana card, bvn, ssnit, "
            "kra pin, clave elector, cuil number, rut number, ruc, nit, cui, dui number, titulo eleitor, cnh, medicare card, "
            "medicare card number, ird number, nhi number, snils, inn, edrpou, rntrc, afm, amka, egn number, oib number, cnp number, "
            "driver permit, driving permit, driving license number, driving licence no, licence no, driver id, social security id"
        ),
        "IP": (
            "client ip, remote ip, remote addr, remote address, "
            "client address, client addr, x forwarded for, forwarded for, x real ip, real ip, source ip, src ip, user ip, "
            "peer ip, true client ip, cf connecting ip, x client ip, visitor ip, "
            "network client ip, http client ip, last login ip, login ip, signup ip"
        ),
        "MAC": "mac, mac address, mac addr, macaddr, hw addr, hardware address, bssid, wifi mac",
        "DEVICE": (
            "imei, imsi, iccid, imei number, meid, idfa, gaid, aaid, device imei, imei 1, advertising id"
        ),
        "WALLET": "wallet address, btc address, eth address, bitcoin address, ethereum address, crypto address, wallet",
        "NAME": (
            "first name, firstname, last name, lastname, full name, fullname, given name, givenname, family name, "
            "familyname, middle name, middlename, maiden name, birth name, surname, customer name, cardholder name, "
            "card holder name, cardholder, card holder, patient name, account holder, account holder name, holder name, "
            "guest name, passenger name, contact name, recipient name, beneficiary name, employee name, "
            "student name, person name, mother maiden name, mothers maiden name, nachname, vorname, "
            "billing name, shipping name, legal name, real name, nombre completo, apellido, apellidos, nom de famille, "
            "prenom, cognome, f name, l name, fname, lname, name on card, spouse name, insured name, "
            "next of kin, emergency contact, signatory name, tenant full name, applicant name, buyer name, "
            "traveler name, traveller name, subscriber name, user full name"
        ),
        "ADDRESS": (
            "address, addresses, street, street address, street name, street 1, street 2, address line, address line 1, "
            "address line 2, address 1, address 2, addr line 1, home address, billing address, "
            "shipping address, delivery address, postal address, mailing address, work address, residential address, "
            "full address, customer address, street and number, adresse, anschrift, strasse, direccion, "
            "residence address, current address, permanent address, home addr, apartment number, apt no"
        ),
        "POSTCODE": "postcode, post code, postal code, postalcode, zip, zip code, zipcode, plz, postleitzahl, house number",
        "DOB": (
            "dob, date of birth, birth date, birthdate, birthday, birth day, born on, born, birth year, year of birth, "
            "geburtsdatum, fecha de nacimiento, date naissance, date de naissance, data di nascita, d o b"
        ),
        "ACCOUNT": (
            "account number, account no, account num, acct number, acct no, acct num, bank account, bank account number, "
            "routing number, aba number, aba routing number, sort code, bsb, "
            "kontonummer, sepa account, giro account, checking account, savings account, beneficiary account, "
            "debit account, credit account, account iban, acct, bank routing number, clabe, ifsc, ifsc code"
        ),
        "PLATE": (
            "license plate, licence plate, plate number, plate, number plate, registration plate, kennzeichen, "
            "car registration, vehicle registration, vin, vehicle identification number, vehicle registration number"
        ),
        "GEO": (
            "lat, latitude, lon, lng, long, longitude, lat long, lat lng, lat lon, latlng, latlong, latlon, geo, "
            "geolocation, geo location, coordinates, coords, gps, gps location, gps coordinates, geo point, "
            "home location, current location, gps position"
        ),
        None: (
            "token count, secret name, key id, key name, public key, monkey, keyboard, content encoding token, "
            "token type, token usage, prompt tokens, completion tokens, total tokens, max tokens, input tokens, "
            "output tokens, reasoning tokens, cached tokens, num tokens, tokens used, tokens per second, "
            "continuation token, next token, page token, next page token, cursor token, sync token, cancellation token, "
            "stop token, csrf token name, pad token, eos token, bos token, unk token, tokens left, tokens remaining, "
            "test pass, session timeout, request session, db session, "
            "mac algorithm, hmac, pan gesture, card type, card brand, gift card, sim card, trello card, business card, "
            "memory address, base address, bind address, listen address, start address, return address, "
            "contract address, server address, host address, email template, email subject, mail server, "
            "address family, street view, object id, next cursor, pin message, pin count, mac os, born digital, "
            "physical address, virtual address, bus address, register address, node address, service address, "
            "broker address, socket address, web address, url address, endpoint address, local address, "
            "smtp address, advertise address, cluster address, leader address, target address, target addr, listen addr, "
            "bind addr, server addr, local addr, dst addr"
        ),
    }.items()
    for words in phrases.split(", ")
}

# What glued spellings end in: "csrfmiddlewaretoken", "keystorepassword".
SUFFIXES: dict[str, tuple[str, ...]] = {
    suffix: tuple(words.split())
    for suffix, words in (
        pair.split("=")
        for pair in (
            "password=password|passwd=passwd|passphrase=passphrase|secretkey=secret key|privatekey=private key|"
            "accesskey=access key|apikey=api key|token=token|secret=secret|sessionid=session id|sessid=sessid"
        ).split("|")
    )
}

GLUED = {
    glued: tuple(words.split())
    for glued, words in (
        pair.split("=")
        for pair in (
            "accesstoken=access token|refreshtoken=refresh token|authtoken=auth token|idtoken=id token|"
            "apitoken=api token|bearertoken=bearer token|sessiontoken=session token|csrftoken=csrf token|"
            "xsrftoken=xsrf token|usertoken=user token|devicetoken=device token|pushtoken=push token|"
            "accesskey=access key|secretkey=secret key|privatekey=private key|publickey=public key|"
            "apikey=api key|apikeys=api key|appkey=app key|apisecret=api secret|appsecret=app secret|"
            "clientsecret=client secret|clientid=client id|accesskeyid=access key id|secretaccesskey=secret access key|"
            "awsaccesskeyid=aws access key id|awssecretaccesskey=aws secret access key|encryptionkey=encryption key|"
            "signingkey=signing key|masterkey=master key|sshkey=ssh key|userpass=user pass|userpassword=user password|"
            "dbpass=db pass|dbpasswd=db passwd|dbpassword=db password|dbpwd=db pwd|mysqlpwd=mysql pwd|"
            "pgpassword=pg password|rootpassword=root password|adminpassword=admin password|oldpassword=old password|"
            "newpassword=new password|confirmpassword=confirm password|passwordconfirm=password|"
            "passwordconfirmation=password|passwordhash=password|passwordsalt=password|smtppass=smtp pass|"
            "phpsessid=php sessid|jsessionid=session id|sessionid=session id|sessionkey=session key|"
            "aspsessionid=session id|asp.net_sessionid=session id|connectsid=connect sid|authkey=auth key|"
            "authcode=auth code|otpcode=otp code|pincode=pin code|cvvcode=cvv|cvccode=cvc|sharedkey=shared key|"
            "sharedsecret=shared secret|accountkey=account key|sharedaccesskey=shared access key|storagekey=storage key|"
            "subscriptionkey=subscription key|licensekey=license key|webhooksecret=webhook secret|jwttoken=jwt token|"
            "jwtsecret=jwt secret|steueridentifikationsnummer=steuer id|sozialversicherungsnummer=insurance number|emailaddress=email address|mailaddress=mail address|useremail=user email|"
            "phonenumber=phone number|mobilenumber=mobile number|mobilephone=mobile|telephonenumber=telephone number|"
            "cardnumber=card number|ccnumber=cc number|creditcardnumber=credit card number|cardno=card no|"
            "cardholdername=cardholder name|firstname=first name|lastname=last name|fullname=full name|"
            "givenname=given name|familyname=family name|middlename=middle name|customername=customer name|"
            "dateofbirth=date of birth|birthdate=birth date|birthday=birthday|ipaddress=ip address|ipaddr=ip|"
            "clientip=client ip|remoteip=remote ip|remoteaddr=remote addr|remoteaddress=remote address|"
            "xforwardedfor=x forwarded for|macaddress=mac address|macaddr=mac|streetaddress=street address|"
            "homeaddress=home address|billingaddress=billing address|shippingaddress=shipping address|"
            "postalcode=postal code|zipcode=zip code|postcode=postcode|accountnumber=account number|"
            "accountno=account no|bankaccount=bank account|routingnumber=routing number|sortcode=sort code|"
            "licenseplate=license plate|passportnumber=passport number|passportno=passport no|nationalid=national id|"
            "taxid=tax id|idnumber=id number|socialsecuritynumber=social security number|socialsecurity=ssn|"
            "driverslicense=drivers license|driverlicense=driver license|nhsnumber=nhs number|ninumber=ni number|"
            "cardcvv=cvv|cardpin=pin|cardcvc=cvc|securitycode=security code|tokenvalue=token|secretvalue=secret|"
            "gittoken=git token|npmtoken=npm token|ghtoken=gh token|oauthtoken=oauth token|oauthsecret=oauth secret|"
            "consumersecret=consumer secret|consumerkey=consumer key|xapikey=api key|xauthtoken=auth token|"
            "verificationcode=verification code|authheader=auth header|authorizationheader=authorization|"
            "setcookie=set cookie|passkey=pass key|passwordresettoken=password token|resettoken=reset token|"
            "surname=surname|iban=iban|dob=dob|latlng=latlng|keyfile=key file"
        ).split("|")
    )
}
