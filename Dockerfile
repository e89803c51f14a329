# The binary is static and needs nothing but certificates.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /quell ./cmd/quell \
    && mkdir /data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /quell /quell
# Whoever serves must be able to write the database, and nothing else.
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
ENV QUELL_DATABASE_URL=sqlite:/data
VOLUME /data
ENTRYPOINT ["/quell"]
CMD ["serve"]
