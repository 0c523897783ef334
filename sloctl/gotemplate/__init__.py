"""Reads the Go templates that Prometheus expands in the annotations and labels of alerts.

`parse` gives a positioned tree or the error that Prometheus would refuse the rule file for; `facts` says what a
template uses, queries and prints, and which mistakes only show when the alert fires; `escape` writes plain text into a
template. All positions are 0-based, half-open offsets into the template text.
"""
