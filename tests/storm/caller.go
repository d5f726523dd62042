// The loop that everybody writes, in Go.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

var client = http.Client{Timeout: 5 * time.Second}

func attempt(key string, body []byte) (int, string, []byte, error) {
	request, err := http.NewRequest(http.MethodPost, os.Args[1]+"/contacts", bytes.NewReader(body))
	if err != nil {
		return 0, "", nil, err
	}
	request.Header.Set("Authorization", "Bearer "+os.Args[2])
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", key)
	response, err := client.Do(request)
	if err != nil {
		return 0, "", nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && !json.Valid(text) {
		err = errors.New("no JSON")
	}
	return response.StatusCode, response.Header.Get("Drift-Outcome"), text, err
}

func create(name, email, externalID string) {
	attributes := map[string]string{"email": email, "externalId": externalID}
	body, _ := json.Marshal(map[string]any{"attributes": attributes})
	for {
		status, outcome, text, err := attempt(name, body)
		if err == nil && status < 500 && status != 408 && status != 429 {
			fmt.Printf("%s\t%d\t%s\t%s\n", name, status, outcome, text)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func main() {
	var numbers [3]int
	for at := range numbers {
		number, err := strconv.Atoi(os.Args[3+at])
		if err != nil {
			panic(err)
		}
		numbers[at] = number
	}
	queue := make(chan int)
	var workers sync.WaitGroup
	for worker := 0; worker < 6; worker++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for number := range queue {
				id := fmt.Sprintf("u_%d_9f3c1ad27b60e845", number)
				create(fmt.Sprintf("create-%d", number), fmt.Sprintf("lead%d@example.test", number), id)
				if number%50 == 0 {
					create(fmt.Sprintf("rival-%d", number), fmt.Sprintf("rival%d@example.test", number), id)
				}
			}
		}()
	}
	for number := numbers[0]; number < numbers[2]; number += numbers[1] {
		queue <- number
	}
	close(queue)
	workers.Wait()
}
