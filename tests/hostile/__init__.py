"""What nobody means well with: nasty values in every address, form, parameter, header, body and file of the site.

What is attacked is found, not listed: addresses in the resolver, forms in the pages, parameters in the source. So a new
page is covered on the day it comes. The normal run takes a share, the same one each time; `python -m bench.hostile`
(HYPOTHESIS_PROFILE=search) takes everything and looks for new combinations.
"""
