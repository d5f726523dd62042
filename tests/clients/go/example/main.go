// Creates one contact, and prints it, or what Drift says where it is there already.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"

	drift "drift.example/contacts"
)

func main() {
	configuration := drift.NewConfiguration()
	if url := os.Getenv("DRIFT_BASE_URL"); url != "" {
		configuration.Servers[0].URL = url
	}
	contacts := drift.NewAPIClient(configuration).ContactsAPI
	ctx := context.WithValue(context.Background(), drift.ContextAccessToken, os.Getenv("DRIFT_TOKEN"))

	// Made once, and kept with your own record: every attempt sends the same one, so a second contact is refused.
	attributes := drift.NewContactCreateAttributes("ada@example.test")
	attributes.SetExternalId(externalId())
	attributes.AdditionalProperties = map[string]interface{}{"plan": "pro", "seats": 12, "vip": true}
	request := drift.NewContactCreateRequest(*attributes)

	for attempt := 1; attempt <= 3; attempt++ {
		contact, response, err := create(ctx, contacts, *request, attempt > 1)
		if err == nil {
			fmt.Println(contact.Id, contact.Attributes.AdditionalProperties["plan"])
			return
		}
		var failure *drift.GenericOpenAPIError
		if errors.As(err, &failure) {
			if refused, ok := failure.Model().(drift.ErrorResponse); ok {
				// 409 with CONTACT-6: a contact with this external id is there already.
				fmt.Println(response.StatusCode, refused.Error.GetType())
				return
			}
		}
		// A *url.Error where no response began, an unexpected EOF where it broke off.
		var network *url.Error
		if !errors.As(err, &network) && !errors.Is(err, io.ErrUnexpectedEOF) {
			log.Fatal(err)
		}
		log.Printf("attempt %d: no response, so the contact may exist (%T)", attempt, err)
	}
}

func externalId() string {
	if id := os.Getenv("DRIFT_EXTERNAL_ID"); id != "" {
		return id
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		log.Fatal(err)
	}
	return "u_" + hex.EncodeToString(random)
}

// The contact, made unless it is there. Where an earlier response was lost, look before sending again.
func create(ctx context.Context, contacts *drift.ContactsAPIService, request drift.ContactCreateRequest, lost bool) (*drift.Contact, *http.Response, error) {
	if lost {
		id := request.Attributes.GetExternalId()
		found, response, err := contacts.FindContacts(ctx).IdType(drift.FINDIDTYPE_EXTERNAL).Id([]string{id}).Execute()
		if err != nil {
			return nil, response, err
		}
		if len(found.Data) > 0 {
			return &found.Data[0], response, nil
		}
	}
	created, response, err := contacts.CreateContact(ctx).ContactCreateRequest(request).Execute()
	if err != nil {
		return nil, response, err
	}
	return &created.Data, response, nil
}
