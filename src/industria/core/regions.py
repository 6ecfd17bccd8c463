"""Countries and the regions of the United Nations (M49), by their codes."""

from __future__ import annotations

from typing import Final

__all__ = ["region_of"]

# Standard Country or Area Codes for Statistical Use (M49), as of 2025.
_COUNTRIES: Final = {
    "001": "ATA",
    "005": "ARG BOL BVT BRA CHL COL ECU FLK GUF GUY PRY PER SGS SUR URY VEN",
    "011": "BEN BFA CPV CIV GMB GHA GIN GNB LBR MLI MRT NER NGA SHN SEN SLE TGO",
    "013": "BLZ CRI SLV GTM HND MEX NIC PAN",
    "014": "IOT BDI COM DJI ERI ETH ATF KEN MDG MWI MUS MYT MOZ REU RWA SYC SOM SSD UGA TZA ZMB ZWE",
    "015": "DZA EGY LBY MAR SDN TUN ESH",
    "017": "AGO CMR CAF TCD COG COD GNQ GAB STP",
    "018": "BWA SWZ LSO NAM ZAF",
    "021": "BMU CAN GRL SPM USA",
    "029": "AIA ATG ABW BHS BRB BES VGB CYM CUB CUW DMA DOM GRD GLP HTI JAM MTQ MSR PRI BLM KNA LCA MAF VCT SXM TTO "
    "TCA VIR",
    "030": "CHN HKG MAC PRK JPN MNG KOR",
    "034": "AFG BGD BTN IND IRN MDV NPL PAK LKA",
    "035": "BRN KHM IDN LAO MYS MMR PHL SGP THA TLS VNM",
    "039": "ALB AND BIH HRV GIB GRC VAT ITA MLT MNE MKD PRT SMR SRB SVN ESP",
    "053": "AUS CXR CCK HMD NZL NFK",
    "054": "FJI NCL PNG SLB VUT",
    "057": "GUM KIR MHL FSM NRU MNP PLW UMI",
    "061": "ASM COK PYF NIU PCN WSM TKL TON TUV WLF",
    "143": "KAZ KGZ TJK TKM UZB",
    "145": "ARM AZE BHR CYP GEO IRQ ISR JOR KWT LBN OMN QAT SAU PSE SYR TUR ARE YEM",
    "151": "BLR BGR CZE HUN POL MDA ROU RUS SVK UKR",
    "154": "ALA DNK EST FRO FIN GGY ISL IRL IMN JEY LVA LTU NOR SJM SWE GBR",
    "155": "AUT BEL FRA DEU LIE LUX MCO NLD CHE",
}
_REGIONS: Final = {
    "001": "002 009 019 142 150",
    "002": "015 202",
    "009": "053 054 057 061",
    "019": "021 419",
    "142": "030 034 035 143 145",
    "150": "039 151 154 155",
    "202": "011 014 017 018",
    "419": "005 013 029",
}
_ABOVE: Final = {
    code: region for tree in (_COUNTRIES, _REGIONS) for region, codes in tree.items() for code in codes.split()
}


def region_of(code: str) -> str | None:
    """Return the region that a country (ISO 3166-1 alpha-3) or a region (M49) belongs to; None for the world."""
    return _ABOVE.get(code)
