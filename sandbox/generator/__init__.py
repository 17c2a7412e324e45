"""
A practice made from a seed: any record alone, or all of them as a stream.

Not a copy of any real practice: names, numbers and addresses are invented, and every domain is
`.example`. `practice.Practice` is the door.
"""
