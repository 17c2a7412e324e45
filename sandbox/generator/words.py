"""
The words that names, places and texts are made of.

Not data about anyone: common first and last names, invented streets, domains under `.example`.
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _words(
    "Alma Ana Anders Anita Asha Aurora Beatriz Ben Bianca Bruno Callum Carmen Cecilia Chen Chloé "
    "Clara Conor Dalia Damian Daniel Daria David Deepa Diego Dolores Edith Elena Elias Emeka Emil "
    "Emma Esther Fatima Felix Fiona Francesca Gabriel George Gita Grace Greta Hannah Harold Hassan "
    "Helen Henrik Ibrahim Ida Ingrid Irene Isaac Ivan Jada James Jasmin Jean João Joanna Jorge "
    "Julia Kai Karen Katrin Kenji Kofi Laila Lars Laura Lea Leon Linh Lucía Lukas Maeve Malik "
    "Marco Maria Martha Mateo Maya Mei Michael Mina Miriam Mohammed Nadia Naomi Nicolás Nina Noah "
    "Nora Odette Olga Oliver Omar Oskar Pablo Paula Pavel Petra Priya Quentin Rachel Rafael Raj "
    "Renée Rosa Ruth Sam Sana Sara Sean Selma Simon Sofia Søren Stefan Susan Tara Teresa Thomas "
    "Tomás Uma Valerie Vera Victor Walter Wei Xenia Yara Yuki Zachary Zoë"
)
LAST = _words(
    "Abara Abbott Acosta Adler Ahmed Albrecht Almeida Andersen Archer Arroyo Bailey Banerjee "
    "Barker Bauer Becker Bell Berg Bianchi Black Blum Bose Boyd Brandt Brooks Burke Calder "
    "Campos Carr Castro Chan Chavez Clarke Cohen Cole Costa Crane Cruz Dahl Das Davies Dean "
    "Delgado Diaz Dietz Doyle Drake Duarte Dunn Ebert Edwards Ellis Engel Eriksen Evans Farah "
    "Ferrari Fischer Flynn Fontaine Foster Fox Franco Frank Fuchs Gallo Garcia Gibson Gill "
    "Gomez Graham Grant Gray Greco Gupta Haas Hale Hall Hansen Hart Hayes Hernandez Hoffman "
    "Holm Hong Horvat Hughes Hunt Ibarra Ito Iyer Jackson Jansen Jensen Johnson Jones Joshi "
    "Kaiser Kang Kaplan Kelly Khan Kim King Klein Koch Kovacs Kruger Kumar Lam Lang Larsen Lee "
    "Lehmann Leroy Levy Lim Lopez Lowe Lund Macdonald Maier Mancini Marsh Martin Mason Mehta "
    "Mendez Meyer Miller Mitchell Moore Morales Morris Mueller Murphy Nagy Nakamura Navarro "
    "Nelson Neumann Nguyen Nielsen Novak Nunez O’Brien O'Connor Okafor Olsen Ortiz Osman Owens "
    "Palmer Park Patel Pereira Perez Peters Petrov Pham Pohl Popov Price Quinn Ramos Rao Reed "
    "Reyes Ricci Richter Rivera Roberts Romano Rossi Roth Russo Ryan Salazar Santos Sato Sauer "
    "Schmidt Schneider Scott Shah Sharma Shaw Silva Singh Smith Sousa Stein Stone Suarez Suzuki "
    "Takeda Tanaka Taylor Torres Tran Turner Vargas Vega Vogel Wagner Walsh Wang Watson Weber "
    "Weiss West White Williams Winter Wolf Wong Wood Wright Wu Yamada Yang Yilmaz Young Zhang "
    "Zimmermann Müller-Lüdenscheidt"
)
CITIES = (
    ("Springfield", "IL", "62701", "217"), ("Chicago", "IL", "60611", "312"),
    ("Evanston", "IL", "60201", "847"), ("Milwaukee", "WI", "53202", "414"),
    ("Madison", "WI", "53703", "608"), ("Detroit", "MI", "48226", "313"),
    ("Ann Arbor", "MI", "48104", "734"), ("Columbus", "OH", "43215", "614"),
    ("Cleveland", "OH", "44114", "216"), ("Indianapolis", "IN", "46204", "317"),
    ("St. Louis", "MO", "63101", "314"), ("Kansas City", "MO", "64106", "816"),
    ("Minneapolis", "MN", "55401", "612"), ("Saint Paul", "MN", "55102", "651"),
    ("Des Moines", "IA", "50309", "515"), ("Omaha", "NE", "68102", "402"),
    ("Denver", "CO", "80202", "303"), ("Boulder", "CO", "80302", "720"),
    ("Dallas", "TX", "75201", "214"), ("Austin", "TX", "78701", "512"),
    ("Houston", "TX", "77002", "713"), ("San Antonio", "TX", "78205", "210"),
    ("Phoenix", "AZ", "85004", "602"), ("Tucson", "AZ", "85701", "520"),
    ("Seattle", "WA", "98101", "206"), ("Portland", "OR", "97204", "503"),
    ("Sacramento", "CA", "95814", "916"), ("San Diego", "CA", "92101", "619"),
    ("San José", "CA", "95113", "408"), ("Oakland", "CA", "94607", "510"),
    ("Atlanta", "GA", "30303", "404"), ("Savannah", "GA", "31401", "912"),
    ("Miami", "FL", "33130", "305"), ("Tampa", "FL", "33602", "813"),
    ("Orlando", "FL", "32801", "407"), ("Charlotte", "NC", "28202", "704"),
    ("Raleigh", "NC", "27601", "919"), ("Richmond", "VA", "23219", "804"),
    ("Baltimore", "MD", "21202", "410"), ("Philadelphia", "PA", "19103", "215"),
    ("Pittsburgh", "PA", "15222", "412"), ("Buffalo", "NY", "14202", "716"),
    ("Brooklyn", "NY", "11201", "718"), ("Albany", "NY", "12207", "518"),
    ("Boston", "MA", "02110", "617"), ("Worcester", "MA", "01608", "508"),
    ("Providence", "RI", "02903", "401"), ("Hartford", "CT", "06103", "860"),
)  # fmt: skip
STREETS = _words(
    "Oak Maple Cedar Elm Birch Lake River Hill Prairie Garden Mill Church Market Union Lincoln "
    "Madison Franklin Harbor Sunset Orchard"
)
PLACES = _words(
    "Lakeside Riverside Northgate Southpoint Eastwood Westfield Summit Harbor Cedar Maple Oakwood "
    "Willow Birchwood Meadow Prairie Canyon Desert Coral Golden Silver Crystal Amber Ivory Jade "
    "Pearl Ruby Sapphire Emerald Bright Clear Radiant Luminous Serene Tranquil Gentle Noble Grand "
    "Royal Metro Urban Central Midtown Uptown Parkside Hilltop Valley Bayview Seaside Coastal "
    "Island Northern Southern Eastern Western Heritage Pioneer Liberty Unity Beacon Horizon Aurora "
    "Solstice Zenith Evergreen"
)
SPECIALTIES = (
    "Dermatology", "Aesthetics", "Plastic Surgery", "Med Spa", "Laser Center", "Skin Care",
    "Cosmetic Surgery", "Wellness", "Family Medicine", "Pediatrics", "Cardiology", "Orthopedics",
    "Dental Group", "Eye Care", "ENT", "Women's Health", "Imaging", "Surgery Center", "Pharmacy",
    "Physical Therapy", "Urology", "Vein Clinic", "Hair Restoration", "Weight Loss",
)  # fmt: skip
KINDS = ("Clinic", "Associates", "Partners", "Group", "LLC", "PC", "of {city}", "& Co.")
INDUSTRIES = ("Medical practice", "Hospital", "Laboratory", "Supplier", "Insurance", "Retail")
JOB_TITLES = (
    "Office Manager", "Practice Administrator", "Registered Nurse", "Medical Director",
    "Purchasing", "Aesthetician", "Owner", "Receptionist", "Billing", "Physician Assistant",
)  # fmt: skip
CARRIERS = ("Aetna", "Cigna", "Humana", "Medicare", "Self pay", "United")
INTERESTS = ("Botox", "Fillers", "Laser", "Peels", "Massage")
SOURCES = ("Web", "Referral", "Trade show", "Purchased list", "Walk-in")
TAGS = ("VIP", "newsletter-2024", "Expo", "do not call", "münchen", "A/B test", "follow up")
CAMPAIGNS = ("Spring Glow", "Summer Skin", "Back to School", "Holiday", "Grand Opening")
LOST_REASONS = ("Price", "No budget", "Chose a competitor", "No answer", "Moved away")
SENTENCES = (
    "Asked about prices for the spring campaign.",
    "Prefers appointments in the late afternoon.",
    "Wants the contract sent to the office manager.",
    "Will call back after speaking with the partners.",
    "Discussed treatment plan and financing.",
    "Very happy with the last visit.",
    "Left a message with the front desk.",
    "Needs an updated quote before the end of the month.",
    "Met at the trade show; interested in the laser package.",
    "Requested references from two other practices.",
)
