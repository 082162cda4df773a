# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages of the chain say, in Dutch and in English."""

TEXTS = {
    "language": ("Nederlands", "English"),
    "to": ("aan", "to"),
    "yes": ("ja", "yes"),
    "no": ("nee", "no"),
    "chain": ("De keten van de ECK iD", "The chain of the ECK iD"),
    "skip": ("Naar de inhoud", "Skip to the content"),
    "steps": ("Stappen", "Steps"),
    "stand-ins": (
        "DUO, Nummervoorziening, het LAS en de leveranciers zijn nagemaakt voor deze test. "
        "De identityprovider, httpd met mod_eckid en het inloggen (mod_auth_mellon) zijn echt. "
        "Alles draait op deze machine, en alle leerlingen zijn verzonnen.",
        "DUO, Nummervoorziening, the LAS and the suppliers are test stand-ins. "
        "The identity provider, httpd with mod_eckid and the logins (mod_auth_mellon) are real. "
        "All of it runs on this machine, and all pupils are made up."),

    "las": ("LAS (nagemaakt)", "LAS (stand-in)"),
    "duo": ("DUO (nagemaakt)", "DUO (stand-in)"),
    "nummervoorziening": ("Nummervoorziening (nagemaakt)", "Nummervoorziening (stand-in)"),
    "gateway": ("httpd met mod_eckid", "httpd with mod_eckid"),
    "idp": ("identityprovider", "identity provider"),
    "bookshelf": ("digitale boekenplank", "digital bookshelf"),
    "webshop": ("webwinkel van de distributeur", "webshop of the distributor"),

    "1": ("Inschrijven", "Enrol"),
    "2": ("Nummer controleren", "Check the number"),
    "3": ("Pseudoniem ophalen", "Fetch the pseudonym"),
    "4": ("Inloggen", "Log in"),
    "5": ("Boeken bestellen", "Order books"),

    "start.intro": (
        "Van de inschrijving van een leerling tot de boeken op de digitale boekenplank, in vijf "
        "stappen. Bij elke stap roepen kleine servers elkaar echt aan, en staat hier wat er langs "
        "kwam.",
        "From the enrolment of a pupil to the books on the digital bookshelf, in five steps. At "
        "each step small servers really call one another, and you see here what passed."),
    "start.who": ("Welke leerling wordt ingeschreven?", "Which pupil is enrolled?"),
    "start.enrol": ("Schrijf in bij het LAS", "Enrol in the LAS"),
    "start.wrong": ("{name} (met een tikfout in het nummer)",
                    "{name} (with a typing error in the number)"),

    "1.intro": (
        "Bij {school} is {name} ingeschreven. De school heeft het nummer van het "
        "inschrijfformulier overgenomen. De identityprovider van de school kent de leerling ook; "
        "een ECK iD is er nog niet.",
        "At {school} the pupil {name} is enrolled. The school has copied the number from the "
        "form. The school's identity provider knows the pupil, too; there is no ECK iD yet."),
    "1.record": ("In het LAS staat nu", "The LAS has now"),
    "1.next": ("Laat het LAS het nummer controleren bij DUO",
               "Let the LAS check the number at DUO"),
    "2.intro": (
        "Het LAS vroeg DUO of nummer, naam en geboortedatum bij elkaar horen. DUO bevestigde het "
        "persoonsgebonden nummer (PGN).",
        "The LAS asked DUO whether number, name and date of birth belong together. DUO confirmed "
        "the personal number (PGN)."),
    "2.next": ("Laat het LAS de ECK iD ophalen", "Let the LAS fetch the ECK iD"),
    "3.intro": (
        "Het PGN zelf blijft vanaf hier in het LAS. Dat rekende er met scrypt (N=131072, r=8, p=4) "
        "een HPGN van uit, kreeg daarvoor van Nummervoorziening een stampseudoniem, en daarvoor de "
        "ECK iD van deze leerling in deze sector.",
        "From here on the PGN itself stays in the LAS, which made an HPGN of it by scrypt "
        "(N=131072, r=8, p=4), got a stampseudoniem for that from Nummervoorziening, and for that "
        "the ECK iD of this pupil in this sector."),
    "3.next": ("Verder: inloggen bij een leverancier", "Next: log in at a supplier"),
    "4.intro": (
        "Nu logt de leerling in bij de digitale boekenplank, via de identityprovider van de "
        "school. Daarvóór staat httpd met mod_eckid.",
        "Now the pupil logs in at the digital bookshelf, at the school's identity provider. In "
        "front of that is httpd with mod_eckid."),
    "4.go": ("Log in bij de digitale boekenplank", "Log in at the digital bookshelf"),
    "4.done": (
        "De leerling is ingelogd. mod_eckid vroeg de ECK iD aan het LAS met een ondertekende "
        "aanroep, zette die in het antwoord aan de leverancier, haalde eruit wat die niet mag "
        "zien, en ondertekende het opnieuw.",
        "The pupil is logged in. mod_eckid asked the LAS for the ECK iD by a signed call, put it "
        "into the response to the supplier, removed what the supplier may not see, and signed it "
        "again."),
    "4.next": ("Verder: boeken bestellen", "Next: order books"),
    "5.intro": (
        "De webwinkel is een andere leverancier. Hij leest de ECK iD onder een andere naam, maar "
        "krijgt dezelfde waarde. Een wachtwoord is niet meer nodig.",
        "The webshop is another supplier. It reads the ECK iD under another name, but receives the "
        "same value. No password is needed any more."),
    "5.go": ("Bestel bij de webwinkel", "Order at the webshop"),
    "5.done": (
        "De webwinkel meldde de bestelling aan de boekenplank, met alleen de ECK iD. Omdat die bij "
        "beide dezelfde is, staan de boeken op de plank van deze leerling.",
        "The webshop told the bookshelf of the order, with nothing but the ECK iD. As it is the "
        "same at both, the books are on this pupil's shelf."),
    "5.cached": (
        "Naar het LAS ging geen nieuwe vraag: mod_eckid had het antwoord versleuteld bewaard.",
        "The LAS was not asked again: mod_eckid had kept the answer, encrypted."),
    "5.shelf": ("Bekijk de digitale boekenplank", "See the digital bookshelf"),
    "5.again": ("Schrijf nog een leerling in", "Enrol another pupil"),
    "5.who": ("Wie kent nu wat?", "Who knows what now?"),
    "party": ("Partij", "Party"),
    # short, and where they may be broken
    "short.las": ("LAS", "LAS"),
    "short.duo": ("DUO", "DUO"),
    "short.nummervoorziening": ("Nummer\u00advoorziening", "Nummer\u00advoorziening"),
    "short.idp": ("identity\u00adprovider", "identity provider"),
    "short.gateway": ("mod_eckid", "mod_eckid"),
    "short.bookshelf": ("boeken\u00adplank", "bookshelf"),
    "short.webshop": ("webwinkel", "webshop"),
    "short.stampseudoniem": ("stam\u00adpseudoniem", "stam\u00adpseudoniem"),

    "refused.duo": (
        "De keten stopt hier: volgens DUO horen nummer, naam en geboortedatum niet bij elkaar.",
        "The chain stops here: DUO says that number, name and date of birth do not belong "
        "together."),
    "refused.nummervoorziening": (
        "De keten stopt hier: Nummervoorziening gaf geen ECK iD.",
        "The chain stops here: Nummervoorziening gave no ECK iD."),

    "passed": ("Wat er langs kwam", "What passed"),
    "legend": (
        "Zwart is wat hier niemand mag zien. Het kenmerk erbij is met een sleutel van deze demo "
        "berekend: hetzelfde kenmerk is dezelfde waarde.",
        "Black is what nobody may see here. The mark beside it is computed with a key of this "
        "demo: the same mark is the same value."),
    "label.birthDate": ("geboortedatum", "date of birth"),
    "covered": ("afgedekt:", "covered:"),
    "mark": ("kenmerk", "mark"),
    "request": ("Vraag", "Request"),
    "answer": ("Antwoord", "Answer"),
    "way.mutual": ("Wederzijds TLS; het certificaat van de vrager zegt wie hij is ({detail}).",
                   "Mutual TLS; the caller's certificate says who it is ({detail})."),
    "way.signed": ("TLS, met een ondertekende vraag (RFC 9421, sleutel {detail}).",
                   "TLS, with a signed request (RFC 9421, key {detail})."),
    "release": ("Het inloggen", "The login"),
    "release.how": (
        "Links staat wat de identityprovider afgeeft als mod_eckid er niet tussen zit, apart "
        "opgevraagd; rechts wat deze leverancier kreeg.",
        "On the left is what the identity provider releases without mod_eckid between, asked for "
        "separately; on the right what this supplier received."),
    "release.name": ("Gegeven", "Attribute"),
    "release.idp": ("Van de school", "From the school"),
    "release.got": ("Bij de leverancier", "At the supplier"),
    "release.removed": ("weggehaald", "removed"),
    "release.none": ("heeft die niet", "does not have it"),

    "account": ("Het account van deze leerling", "The account of this pupil"),
    "user": ("Gebruikersnaam", "User name"),
    "password": ("Wachtwoord", "Password"),
    "name": ("Naam", "Name"),
    "school": ("School", "School"),
    "number": ("Leerlingnummer", "Student number"),
    "number.copied": ("Nummer op het formulier", "Number on the form"),
    "birth": ("Geboortedatum", "Date of birth"),
    "none": ("nog niet", "not yet"),

    "shelf.title": ("Digitale boekenplank", "Digital bookshelf"),
    "hello": ("Welkom, {name}.", "Welcome, {name}."),
    "shelf.empty": ("Er staan nog geen boeken op je plank.",
                    "There are no books on your shelf yet."),
    "shelf.books": ("Je boeken", "Your books"),
    "known": ("Wij herkennen je alleen aan deze waarde:",
              "We recognise you by this value only:"),
    "unknown": ("Bij dit account kwam geen ECK iD, dus hier valt niets te bestellen of te lezen.",
                "No ECK iD came with this account, so there is nothing to order or read here."),
    "shop.title": ("Webwinkel", "Webshop"),
    "shop.list": ("Boekenlijst voor dit schooljaar", "Book list for this school year"),
    "shop.order": ("Bestel alle boeken", "Order all books"),
    "shop.ordered": ("Besteld. De boeken staan klaar op je boekenplank.",
                     "Ordered. The books are ready on your bookshelf."),
    "shop.shelf": ("Naar de boekenplank", "To the bookshelf"),
    "back": ("Terug naar de keten", "Back to the chain"),
}


class Words:
    """The texts of one language."""

    def __init__(self, language):
        self.language, self.column = language, ("nl", "en").index(language)

    def __call__(self, key, **fields):
        return TEXTS[key][self.column].format(**fields)

    def label(self, name):
        """What a covered value is, where there is a word for it."""
        return self(f"label.{name}") if f"label.{name}" in TEXTS else name

    @property
    def others(self):
        """The code and own name of the other language."""
        return ("en", "nl")[self.column], TEXTS["language"][1 - self.column]
