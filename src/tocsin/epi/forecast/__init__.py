"""What comes next: counts of the days or weeks ahead, and beds occupied, with their uncertainty.

One method a file, and `forecast` to call any of them on many series at once.
"""

from tocsin.epi.forecast.forecasting import METHODS, Forecast, Method, forecast
from tocsin.epi.forecast.occupancy import OccupancyForecast, forecast_occupancy

__all__ = ["METHODS", "Forecast", "Method", "OccupancyForecast", "forecast", "forecast_occupancy"]
