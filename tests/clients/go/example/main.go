// Creates one contact through a gateway, and prints it, or what Drift says where it is there already.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"
	"time"

	drift "drift.example/contacts"
)

func main() {
	configuration := drift.NewConfiguration() // http://127.0.0.1:8474, where `drift gateway` listens
	if url := os.Getenv("DRIFT_BASE_URL"); url != "" {
		configuration.Servers[0].URL = url
	}
	contacts := drift.NewAPIClient(configuration).ContactsAPI
	ctx := context.WithValue(context.Background(), drift.ContextAccessToken, os.Getenv("DRIFT_TOKEN"))

	// Made once, outside the loop, and kept with your own record: every attempt sends the same id and the same key.
	externalID := os.Getenv("DRIFT_EXTERNAL_ID")
	if externalID == "" {
		externalID = "u_" + random()
	}
	key := random()
	attributes := drift.NewContactCreateAttributes("ada@example.test")
	attributes.SetExternalId(externalID)
	attributes.AdditionalProperties = map[string]interface{}{"plan": "pro", "seats": 12, "vip": true}
	request := contacts.CreateContact(ctx).IdempotencyKey(key).
		ContactCreateRequest(*drift.NewContactCreateRequest(*attributes))

	for {
		created, response, err := request.Execute()
		if err == nil {
			fmt.Println(created.Data.Id, created.Data.Attributes.AdditionalProperties["plan"])
			return
		}
		var failure *drift.GenericOpenAPIError
		var network *url.Error
		switch {
		case errors.As(err, &failure) && response.StatusCode < 500 && response.StatusCode != 408 && response.StatusCode != 429:
			refused, _ := failure.Model().(drift.ErrorResponse)
			// 409 with CONTACT-6: a contact with this external id is there already.
			fmt.Println(response.StatusCode, refused.Error.GetType())
			return
		case errors.As(err, &failure), errors.As(err, &network), errors.Is(err, io.ErrUnexpectedEOF):
			// A *url.Error where no response began, an unexpected EOF where it broke off.
			log.Printf("no result yet (%T): the same request again, in a second", err)
			time.Sleep(time.Second)
		default:
			log.Fatal(err)
		}
	}
}

func random() string {
	bytes := make([]byte, 16)
	if _, err := rand.Read(bytes); err != nil {
		log.Fatal(err)
	}
	return hex.EncodeToString(bytes)
}
