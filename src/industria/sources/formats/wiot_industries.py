"""What the industries of world input-output tables are called, where their files tell codes alone."""

from __future__ import annotations

from typing import Final

__all__ = ["INDUSTRIES_2013"]

INDUSTRIES_2013: Final = {
    "c1": "Agriculture, Hunting, Forestry and Fishing",
    "c2": "Mining and Quarrying",
    "c3": "Food, Beverages and Tobacco",
    "c4": "Textiles and Textile Products",
    "c5": "Leather, Leather and Footwear",
    "c6": "Wood and Products of Wood and Cork",
    "c7": "Pulp, Paper, Paper, Printing and Publishing",
    "c8": "Coke, Refined Petroleum and Nuclear Fuel",
    "c9": "Chemicals and Chemical Products",
    "c10": "Rubber and Plastics",
    "c11": "Other Non-Metallic Mineral",
    "c12": "Basic Metals and Fabricated Metal",
    "c13": "Machinery, Nec",
    "c14": "Electrical and Optical Equipment",
    "c15": "Transport Equipment",
    "c16": "Manufacturing, Nec; Recycling",
    "c17": "Electricity, Gas and Water Supply",
    "c18": "Construction",
    "c19": "Sale, Maintenance and Repair of Motor Vehicles and Motorcycles; Retail Sale of Fuel",
    "c20": "Wholesale Trade and Commission Trade, Except of Motor Vehicles and Motorcycles",
    "c21": "Retail Trade, Except of Motor Vehicles and Motorcycles; Repair of Household Goods",
    "c22": "Hotels and Restaurants",
    "c23": "Inland Transport",
    "c24": "Water Transport",
    "c25": "Air Transport",
    "c26": "Other Supporting and Auxiliary Transport Activities; Activities of Travel Agencies",
    "c27": "Post and Telecommunications",
    "c28": "Financial Intermediation",
    "c29": "Real Estate Activities",
    "c30": "Renting of M&Eq and Other Business Activities",
    "c31": "Public Admin and Defence; Compulsory Social Security",
    "c32": "Education",
    "c33": "Health and Social Work",
    "c34": "Other Community, Social and Personal Services",
    "c35": "Private Households with Employed Persons",
}
"""ISIC Rev. 3, divisions and groups of divisions, in the publisher's words."""
