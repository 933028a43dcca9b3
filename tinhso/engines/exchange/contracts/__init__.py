"""Reading what a service promises: OpenAPI and WSDL, checked by kept libraries, compiled to operations and fields."""
