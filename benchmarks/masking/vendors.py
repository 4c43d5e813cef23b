"""Tokens of vendors, as data: made at run time from prefix and chance, so that none stands here for a scanner to find.

Each row: vendor, what the token is made of. ``<alphabet><length>`` in angle brackets is drawn, the rest stands as it is.
"""

import random
import re
import string

_UPPER_32 = string.ascii_uppercase + "234567"
ALPHABETS = {
    "d": string.digits,
    "h": "0123456789abcdef",
    "H": "0123456789ABCDEF",
    "l": string.ascii_lowercase,
    "a": string.ascii_lowercase + string.digits,
    "A": string.ascii_uppercase + string.digits,
    "3": _UPPER_32,
    "w": string.ascii_letters + string.digits,
    "L": string.ascii_letters,
    "u": string.ascii_letters + string.digits + "_-",
    "b": string.ascii_letters + string.digits + "+/",
    "B": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
    "5": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
}
_DRAWN = re.compile(r"<(.)(\d+)>")

DEV = (
    ("aws", "AKIA<316>"),
    ("aws", "ASIA<316>"),
    ("gcp", "AIza<u35>"),
    ("gcp", "ya29.<u120>"),
    ("azure", "<w3>8Q~<u34>"),
    ("github", "ghp_<w36>"),
    ("github", "gho_<w36>"),
    ("github", "ghs_<w36>"),
    ("github", "github_pat_<w22>_<w59>"),
    ("gitlab", "glpat-<u20>"),
    ("gitlab", "glrt-<u20>"),
    ("gitlab", "gldt-<u20>"),
    ("slack", "xoxb-<d12>-<d13>-<w24>"),
    ("slack", "xoxp-<d12>-<d12>-<d12>-<h32>"),
    ("slack", "https://hooks.slack.com/services/T<A10>/B<A10>/<w24>"),
    ("stripe", "sk_live_<w24>"),
    ("stripe", "sk_test_<w99>"),
    ("stripe", "rk_live_<w24>"),
    ("openai", "sk-<w20>T3BlbkFJ<w20>"),
    ("openai", "sk-proj-<u74>T3BlbkFJ<u74>"),
    ("anthropic", "sk-ant-api03-<u93>AA"),
    ("npm", "npm_<w36>"),
    ("pypi", "pypi-AgEIcHlwaS5vcmc<u120>"),
    ("vault", "hvs.<u96>"),
    ("sendgrid", "SG.<u22>.<u43>"),
    ("shopify", "shpat_<h32>"),
    ("shopify", "shpss_<h32>"),
    ("digitalocean", "dop_v1_<h64>"),
    ("huggingface", "hf_<L34>"),
    ("databricks", "dapi<h32>"),
    ("doppler", "dp.pt.<a43>"),
    ("grafana", "glsa_<w32>_<h8>"),
    ("grafana", "glc_<b64>"),
    ("linear", "lin_api_<a40>"),
    ("mailgun", "key-<h32>"),
    ("mailchimp", "<h32>-us14"),
    ("newrelic", "NRAK-<A27>"),
    ("notion", "ntn_<d11><w35>"),
    ("planetscale", "pscale_tkn_<u43>"),
    ("postman", "PMAK-<h24>-<h34>"),
    ("pulumi", "pul-<h40>"),
    ("rubygems", "rubygems_<h48>"),
    ("brevo", "xkeysib-<h64>-<a16>"),
    ("sentry", "sntryu_<h64>"),
    ("square", "sq0csp-<u43>"),
    ("telegram", "<d10>:AA<u33>"),
    ("twilio", "SK<h32>"),
    ("yandex", "AQVN<u36>"),
    ("discord", "MT<w24>.<u6>.<u38>"),
    ("groq", "gsk_<w52>"),
    ("replicate", "r8_<w37>"),
    ("tailscale", "tskey-auth-<w12>-<w32>"),
    ("docker", "dckr_pat_<u27>"),
    ("figma", "figd_<u40>"),
    ("razorpay", "rzp_live_<w14>"),
    ("circleci", "CCIPAT_<w22>_<h40>"),
    ("plaid", "access-sandbox-<h8>-<h4>-<h4>-<h4>-<h12>"),
    ("age", "AGE-SECRET-KEY-1<B58>"),
    ("airtable", "pat<w14>.<h64>"),
    ("alibaba", "LTAI<w20>"),
    ("artifactory", "AKCp<w69>"),
    ("atlassian", "ATATT3<u186>"),
    ("dynatrace", "dt0c01.<A24>.<A64>"),
    ("easypost", "EZAK<a54>"),
    ("facebook", "EAAC<w160>"),
    ("flyio", "fo1_<u43>"),
    ("heroku", "HRKU-AA<u58>"),
    ("nuget", "oy2<a43>"),
    ("terraform", "<w14>.atlasv1.<u67>"),
    ("prefect", "pnu_<a36>"),
    ("perplexity", "pplx-<w48>"),
    ("hubspot", "pat-na1-<h8>-<h4>-<h4>-<h4>-<h12>"),
)

UNSEEN = (
    ("adobe", "p8e-<h32>"),
    ("aws", "ABIA<316>"),
    ("aws", "ACCA<316>"),
    ("gcp", "GOCSPX-<u28>"),
    ("github", "ghu_<w36>"),
    ("github", "ghr_<w36>"),
    ("gitlab", "glptt-<h40>"),
    ("gitlab", "glcbt-<h2>_<u20>"),
    ("gitlab", "glsoat-<u20>"),
    ("gitlab", "glagent-<u50>"),
    ("slack", "xapp-1-<A11>-<d13>-<a64>"),
    ("slack", "xoxe.xoxp-1-<w163>"),
    ("stripe", "rk_test_<w24>"),
    ("stripe", "whsec_<w32>"),
    ("anthropic", "sk-ant-admin01-<u93>AA"),
    ("openrouter", "sk-or-v1-<h64>"),
    ("vault", "hvb.<u140>"),
    ("shopify", "shpca_<h32>"),
    ("shopify", "shppa_<h32>"),
    ("digitalocean", "doo_v1_<h64>"),
    ("clojars", "CLOJARS_<a60>"),
    ("duffel", "duffel_test_<u43>"),
    ("flutterwave", "FLWSECK_TEST-<h32>-X"),
    ("frameio", "fio-u-<u64>"),
    ("infracost", "ico-<w32>"),
    ("netlify", "nfp_<w36>"),
    ("octopus", "API-<A26>"),
    ("openshift", "sha256~<u43>"),
    ("readme", "rdme_<a70>"),
    ("shippo", "shippo_live_<h40>"),
    ("sonar", "squ_<h40>"),
    ("sourcegraph", "sgp_<h40>"),
    ("square", "EAAA<u60>"),
    ("typeform", "tfp_<u59>"),
    ("xai", "xai-<w80>"),
    ("supabase", "sbp_<h40>"),
    ("buildkite", "bkua_<h40>"),
    ("contentful", "CFPAT-<u43>"),
    ("nvidia", "nvapi-<u64>"),
    ("langsmith", "lsv2_pt_<h32>_<h10>"),
    ("posthog", "phx_<w43>"),
    ("scalingo", "tk-us-<u48>"),
    ("harness", "pat.<w22>.<h24>.<w20>"),
    ("dropbox", "sl.<u135>"),
)


def token(row: tuple[str, str], chance: random.Random) -> str:
    """A token of the vendor's length and alphabet, with digits and letters among it where the alphabet has both."""
    return _DRAWN.sub(lambda match: drawn(match[1], int(match[2]), chance), row[1])


def drawn(alphabet: str, length: int, chance: random.Random) -> str:
    """*length* characters; they neither begin nor end with punctuation, as copied tokens do not."""
    letters = ALPHABETS[alphabet]
    made = [chance.choice(letters) for _ in range(length)]
    ends = [letter for letter in letters if letter.isalnum()]
    made[0], made[-1] = chance.choice(ends), chance.choice(ends)
    if length >= 12 and any(letter.isdigit() for letter in letters):
        made[length // 3], made[length // 2] = (
            chance.choice([d for d in letters if d.isdigit()] * 2),
            made[length // 2],
        )
    return "".join(made)
