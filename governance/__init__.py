"""The base of the house: its rules and the vocabulary they are written in.

Knows nothing of LightGBM, SHAP, MLflow or FastAPI, and imports no other package of the product.
"""
