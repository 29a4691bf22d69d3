# IMDS, the vault's name, the way to it, its certificate, its answer, and the secret.

$imds_address = '169.254.169.254'
$imds_url = 'http://169.254.169.254'

function Test-Imds {
    Start-Question
    $run.Imds = 'no'
    $reply = Send-Plain ($imds_url + '/metadata/instance?api-version=2021-02-01')
    if (-not $reply.Code) {
        $words = $reply.Said
        if (-not $words) { $words = 'no words' }
        switch ($reply.Went) {
            'refused' { Add-Answer 'imds' 'fail' $imds_address "${imds_url}: connection refused: $words" }
            'silent' { Add-Answer 'imds' 'fail' $imds_address "${imds_url}: timed out: no answer within $($reply.Allowed) seconds" }
            'tool' { Add-Answer 'imds' 'unknown' $imds_address $words }
            default { Add-Answer 'imds' 'fail' $imds_address "${imds_url}: no answer of HTTP: $words" }
        }
        return
    }
    $server = Get-Header $reply 'Server'
    if (-not $server) { $server = 'nothing' }
    $by = Get-Proxy $reply
    if ($by -or $server -like 'squid*') {
        Add-Answer 'imds' 'fail' $imds_address "${imds_url}: a proxy answered in place of IMDS: HTTP $($reply.Code), Server: $server$by"
        return
    }
    if ($server -clike 'IMDS*') {
        $run.SkewImds = Get-Skew $reply
        if (@('400', '403') -contains $reply.Code) { $run.Imds = 'yes' } else { $run.Imds = 'busy' }
    }
    if ($reply.Code -eq '200' -and ($server -clike 'IMDS*' -or $reply.Body.StartsWith('{'))) { $run.Imds = 'yes' } # else a page of a portal or proxy
    switch ($run.Imds) {
        'yes' { Add-Answer 'imds' 'pass' $imds_address "it answered $($reply.Code), Server: $server" }
        'busy' { Add-Answer 'imds' 'note' $imds_address "${imds_url}: IMDS answered $($reply.Code) $(ConvertTo-Short $reply.Body 200)" }
        default { Add-Answer 'imds' 'fail' $imds_address "${imds_url}: something else answered in place of IMDS: HTTP $($reply.Code), Server: $server" }
    }
}

function Get-Proxy([hashtable]$reply) { # a proxy says so in its headers
    $by = ''
    $via = Get-Header $reply 'Via'
    $squid = Get-Header $reply 'X-Squid-Error'
    if ($via) { $by = ", Via: $via" }
    if ($squid) { $by += ", X-Squid-Error: $squid" }
    $by
}

function Test-Identities { # what IMDS says when nobody is named
    Start-Question
    $asked = Request-Token '' 'https://vault.azure.net'
    $hold.Token = ''
    if ($asked.Went -eq '') {
        $whose = ''
        if ($asked.Text) { $whose = ": client id $($asked.Text)" }
        Add-Answer 'identities' 'pass' $asked.For "one identity answers where none is named$whose"
    }
    elseif ($asked.Went -ne 'refusal') { Add-Answer 'identities' 'unknown' $asked.For $asked.Said }
    elseif ($asked.Text -clike '*ultiple user assigned*') { Add-Answer 'identities' 'pass' $asked.For "several: $($asked.Text)" }
    else { Add-Answer 'identities' 'pass' $asked.For "none answers where none is named: $($asked.Text)" }
}

function Request-Token([string]$client, [string]$audience) { # leaves the token in $hold, or says why there is none
    $hold.Token = ''
    $asked = @{ For = $client; Went = 'tool'; Said = ''; Text = '' }
    if (-not $client) { $asked.For = 'no client id' }
    if ($run.Imds -eq 'no') {
        $asked.Said = 'IMDS did not answer'
        return $asked
    }
    if ($client -cmatch '[^0-9A-Za-z-]') {
        $asked.Said = 'msiClientId is not of the form of a client id'
        return $asked
    }
    $query = '?api-version=2018-02-01&resource=https%3A%2F%2F' + $audience.Substring(8)
    if ($client) { $query += "&client_id=$client" }
    $reply = Send-Plain ($imds_url + '/metadata/identity/oauth2/token' + $query)
    if (-not $reply.Code) {
        $asked.Went = $reply.Went
        $asked.Said = $reply.Said
        return $asked
    }
    $hold.Token = [string](Get-Text $reply 'access_token')
    if ($reply.Code -ne '200' -or -not $hold.Token) {
        $hold.Token = ''
        $asked.Went = 'refusal'
        $asked.Text = "HTTP $($reply.Code) $(ConvertTo-Short $reply.Body 400)"
        if ($reply.Code -eq '200') { $asked.Text = 'HTTP 200, and no token in it' } # it may have one under another name
        $asked.Said = $asked.Text
        return $asked
    }
    $asked.Text = [string](Get-Text $reply 'client_id')
    $asked.Went = ''
    if ($hold.Token -cmatch '[^0-9A-Za-z._~+/=-]') {
        $hold.Token = ''
        $asked.Went = 'other'
        $asked.Said = 'IMDS answered 200, and what it calls a token is none'
    }
    $asked
}

function Request-NamedToken([string]$client, [string]$audience) { # and tell of it; gives whether there is one
    Start-Question
    $asked = Request-Token $client $audience
    if ($hold.Token) {
        $whose = ''
        if ($asked.Text) { $whose = " to client id $($asked.Text)" }
        Add-Answer 'token' 'pass' $asked.For "IMDS issued a token for $audience$whose"
        return $true
    }
    switch ($asked.Went) {
        'tool' { Add-Answer 'token' 'unknown' $asked.For $asked.Said }
        'refusal' { Add-Answer 'token' 'fail' $asked.For "${imds_url}: IMDS answered $($asked.Text)" }
        'refused' { Add-Answer 'token' 'fail' $asked.For "${imds_url}: timed out or refused: $($asked.Said)" }
        'silent' { Add-Answer 'token' 'fail' $asked.For "${imds_url}: timed out or refused: $($asked.Said)" }
        default { Add-Answer 'token' 'fail' $asked.For $asked.Said }
    }
    $false
}

function Resolve-Vault([string]$name) { # gives Resolved (yes, no, unknown) and Addresses
    Start-Question
    $answer = @{ Resolved = 'unknown'; Addresses = @() }
    $from = Get-Servers
    $seconds = Get-SecondsLeft 12
    if ($seconds -le 0) {
        Add-Answer 'dns' 'unknown' $name 'no time was left for it'
        return $answer
    }
    $answer.Resolved = 'no' # until an address came
    try {
        $asking = [Net.Dns]::GetHostAddressesAsync($name)
        if (-not $asking.Wait(1000 * $seconds)) {
            Add-Shut 'dns' $name "cannot resolve: no answer within $seconds seconds; asked: $from"
            return $answer
        }
        $answer.Addresses = @($asking.Result)
    }
    catch {
        $socket = Get-Cause ($_.Exception.GetBaseException()) ([Net.Sockets.SocketException])
        $words = Get-LastWords $_.Exception
        if ($null -ne $socket -and [string]$socket.SocketErrorCode -eq 'HostNotFound') { $words = 'the name is not known' }
        Add-Shut 'dns' $name "cannot resolve: $words; asked: $from"
        return $answer
    }
    if ($answer.Addresses.Count -eq 0) {
        Add-Shut 'dns' $name "cannot resolve: no address came; asked: $from"
        return $answer
    }
    $answer.Resolved = 'yes'
    $listed = @($answer.Addresses | ForEach-Object -Process { $_.ToString() } | Select-Object -Unique) -join ' '
    $families = @($answer.Addresses | ForEach-Object -Process { Get-Family $_ } | Select-Object -Unique) -join ' '
    $hosts = Get-HostsFile $name
    if ($hosts) { $from = $hosts }
    Add-Answer 'dns' 'pass' $name "$listed ($families) by $from"
    $answer
}

function Get-Family($address) {
    if ([string]$address.AddressFamily -eq 'InterNetworkV6') { return 'IPv6' }
    'IPv4'
}

function Get-HostsFile([string]$name) { # its path, where it names the host
    $file = Join-Path $env:SystemRoot 'System32\drivers\etc\hosts'
    try { $lines = [IO.File]::ReadAllLines($file) } catch { return '' }
    foreach ($line in $lines) {
        $address, $names = $line.Split('#')[0].Trim() -split '\s+'
        if ($names -contains $name) { return $file }
    }
    ''
}

function Get-Servers { # the DNS servers that are configured
    $list = @()
    try {
        foreach ($card in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
            if ([string]$card.OperationalStatus -ne 'Up') { continue }
            foreach ($address in $card.GetIPProperties().DnsAddresses) { $list += $address.ToString() }
        }
    }
    catch { return 'a server that nothing names' }
    if ($list.Count -eq 0) { return 'a server that nothing names' }
    @($list | Select-Object -Unique) -join ' '
}

function Test-Way([string]$name, [string]$path, $addresses) { # route and TLS, by a call without a token; gives Reached and Why
    Start-Question
    $way = @{ Reached = 'no'; Why = '' }
    $seconds = Get-SecondsLeft 12
    if ($seconds -le 0) {
        $way.Why = 'no time was left for it'
        Add-Answer 'tcp' 'unknown' $name $way.Why
        Add-Answer 'tls' 'unknown' $name $way.Why
        return $way
    }
    $client = $null
    try {
        $open = Open-Port $addresses ([Math]::Min(5, $seconds))
        $client = $open.Client
        if ($null -eq $client) {
            $way.Why = $open.Said
            Add-Closed $name $open
            return $way
        }
        Add-Answer 'tcp' 'pass' $name "port 443 is open at $($open.Remote), directly"
        $shaken = Test-Handshake $client $name $seconds
    }
    finally { if ($null -ne $client) { $client.Close() } }
    $way.Why = $shaken.Said
    if ($shaken.Went -eq 'tls') {
        Add-Shut 'tls' $name "handshake with ${name}: certificate verify failed: $($shaken.Said); issuer: $($shaken.Issuer)"
        return $way
    }
    if ($shaken.Went -eq 'silent') {
        Add-Shut 'tls' $name "handshake with ${name}: no end of it within $seconds seconds"
        return $way
    }
    $reply = Send-Bare "https://$name$path" # which is verified by itself, so an answer of HTTP says so in any case
    if ($reply.Code -or -not $shaken.Went) { Add-Answer 'tls' 'pass' $name "verified; issuer: $($shaken.Issuer)" }
    else { Add-Answer 'tls' 'unknown' $name $shaken.Said }
    if (-not $reply.Code) {
        if (-not $shaken.Went) { $way.Why = $reply.Said }
        return $way
    }
    $way.Reached = 'yes'
    $skew = Get-Skew $reply
    if ($null -ne $skew) { $run.SkewVault = $skew }
    $way
}

function Open-Port($addresses, [int]$seconds) { # of the first address that lets in; Client is nothing where none does
    $open = @{ Client = $null; Remote = ''; Went = 'silent'; Said = ''; Allowed = $seconds }
    $end = $run.Watch.ElapsedMilliseconds + 1000 * $seconds
    foreach ($address in $addresses) {
        $left = $end - $run.Watch.ElapsedMilliseconds
        if ($left -le 0) { break }
        $client = [Net.Sockets.TcpClient]::new($address.AddressFamily)
        try {
            if ($client.ConnectAsync($address, 443).Wait([int]$left)) {
                $open.Client = $client
                $open.Remote = $address.ToString()
                return $open
            }
            $open.Went = 'silent'
        }
        catch {
            $open.Said = Get-LastWords $_.Exception
            $socket = Get-Cause ($_.Exception.GetBaseException()) ([Net.Sockets.SocketException])
            $open.Went = 'other'
            if ($null -ne $socket) { $open.Went = Get-SocketFailure $socket }
        }
        $client.Close()
    }
    $open
}

function Add-Closed([string]$name, [hashtable]$open) {
    $words = $open.Said
    if (-not $words) { $words = 'no words' }
    switch ($open.Went) {
        'refused' { Add-Shut 'tcp' $name "cannot connect to $name port 443: connection refused: $words" }
        'silent' { Add-Shut 'tcp' $name "cannot connect to $name port 443: timed out: no answer within $($open.Allowed) seconds" }
        default { Add-Answer 'tcp' 'unknown' $name $words }
    }
}

function Test-Handshake($client, [string]$name, [int]$seconds) { # over which nothing is sent
    $shaken = @{ Went = ''; Said = ''; Issuer = 'not shown' }
    $judge = {
        param($about, $certificate, $chain, $errors)
        if ($null -ne $certificate) { $shaken.Issuer = $certificate.Issuer }
        $told = @()
        if ($null -ne $chain) { $told = @($chain.ChainStatus | ForEach-Object -Process { [string]$_.Status } | Select-Object -Unique) }
        $shaken.Said = (@($errors.ToString()) + $told) -join ', '
        [string]$errors -eq 'None'
    }.GetNewClosure()
    $stream = $null
    try {
        $stream = [Net.Security.SslStream]::new($client.GetStream(), $false, [Net.Security.RemoteCertificateValidationCallback]$judge)
        $stream.ReadTimeout = 1000 * $seconds
        $stream.WriteTimeout = 1000 * $seconds
        $stream.AuthenticateAsClient($name, $null, [Security.Authentication.SslProtocols]::Tls12, $false)
        $shaken.Said = ''
    }
    catch {
        $socket = Get-Cause $_.Exception ([Net.Sockets.SocketException])
        $refused = Get-Cause $_.Exception ([Security.Authentication.AuthenticationException])
        $shaken.Went = 'other'
        if ($null -ne $refused) { $shaken.Went = 'tls' }
        elseif ($null -ne $socket) { $shaken.Went = Get-SocketFailure $socket }
        if ($null -eq $refused -or -not $shaken.Said) { $shaken.Said = Get-LastWords $_.Exception }
    }
    finally { if ($null -ne $stream) { $stream.Dispose() } }
    $shaken
}

function Test-Secret([string]$name, [string]$path) { # with the token
    Start-Question
    $subject = "https://$name$path"
    if (-not $hold.Token) {
        Add-Answer 'vault' 'unknown' $subject 'there was no token to ask with'
        return
    }
    $reply = Send-Signed ($subject + '?api-version=7.4')
    if (-not $reply.Code) {
        $words = $reply.Said
        if (-not $words) { $words = 'no words' }
        if ($reply.Went -eq 'tool') { Add-Answer 'vault' 'unknown' $subject $words }
        else { Add-Answer 'vault' 'fail' $subject "no answer: $words" }
        return
    }
    $caller = Get-Caller $reply
    if ($reply.Code -eq '200' -and -not (Test-IsSecret $reply)) {
        $reply.Body = '' # whatever it is, it is not shown
        Add-Answer 'vault' 'fail' $subject "it answered 200, and what came is no secret: it has no id below /secrets/$caller"
        return
    }
    $hold.Value = [string](Get-Text $reply 'value')
    if ($reply.Code -eq '200' -and $null -ne (Get-Text $reply 'value')) {
        Add-Answer 'vault' 'pass' $subject "it answered 200$caller"
        Add-Secret $subject $reply
        $hold.Value = ''
        $reply.Body = ''
        return
    }
    $hold.Value = ''
    $refusal = Get-Refusal $reply
    $way = "$($reply.Code):$($refusal.Inner)$($refusal.Outer)"
    if ($way -clike '403:SecretDisabled*') {
        Add-Answer 'vault' 'pass' $subject "it answered $($reply.Code)$caller"
        Add-Answer 'secret' 'fail' $subject "it answered $($refusal.Said)"
    }
    elseif ($reply.Code -eq '404') {
        Add-Answer 'vault' 'pass' $subject "it answered $($reply.Code)$caller"
        Test-Deleted $name $path $subject $refusal.Said
    }
    else { Add-Answer 'vault' 'fail' $subject "it answered $($refusal.Said)$caller" }
}

function Test-IsSecret([hashtable]$reply) { # a page of somebody else's may have a value, too
    [string](Get-Text $reply 'id') -clike 'https://*/secrets/*' -and $null -ne (Get-Text $reply 'value')
}

function Get-Caller([hashtable]$reply) { # the address that the vault saw
    $found = [regex]::Match((Get-Header $reply 'x-ms-keyvault-network-info'), 'addr=([^;,]*)')
    if ($found.Success) { return "; it saw this node as $($found.Groups[1].Value)" }
    ''
}

function Get-Refusal([hashtable]$reply) { # of an error's body
    $outer = [string](Get-Text $reply 'code')
    $message = Get-Text $reply 'message'
    if ($null -eq $message) { $message = ConvertTo-Short $reply.Body 200 }
    $inner = ''
    $at = $reply.Body.IndexOf('"innererror"')
    if ($at -ge 0) { $inner = [string](Get-Text @{ Body = $reply.Body.Substring($at + 12) } 'code') }
    $between = ''
    if ($inner) { $between = " $inner" }
    @{ Outer = $outer; Inner = $inner; Said = "$($reply.Code) $outer${between}: $message" }
}

function Test-Deleted([string]$name, [string]$path, [string]$subject, [string]$was) { # told from one that never was
    $gone = $path.Split('/')[2]
    $reply = Send-Signed "https://$name/deletedsecrets/${gone}?api-version=7.4"
    if ($reply.Code -eq '200') {
        $back = Get-Text $reply 'recoveryId'
        if ($null -eq $back) { $back = 'nothing' }
        Add-Answer 'secret' 'fail' $subject "it answered $was; among its deleted secrets it has it, recoveryId: $back"
    }
    else { Add-Answer 'secret' 'fail' $subject "it answered $was" }
}

function Add-Secret([string]$subject, [hashtable]$reply) { # its content type, and whether it holds a key; the value is let go of
    $content = Get-Text $reply 'contentType'
    if (-not $content) { $content = 'none' }
    $form = Get-Form
    $holds = Get-Holds $form
    $said = "enabled, content type $content, holds a key: $holds"
    Start-Question
    $wanted = @{ 'application/x-pem-file' = 'pem'; 'application/x-pkcs12' = 'pkcs12' }[$content]
    if (-not $wanted) { Add-Answer 'secret' 'fail' $subject "no certificate: $said" }
    elseif ($form -ne $wanted) { Add-Answer 'secret' 'fail' $subject "not in the form of its content type: $said" }
    elseif ($holds -eq 'yes') { Add-Answer 'secret' 'pass' $subject $said }
    elseif ($holds -eq 'no') { Add-Answer 'secret' 'fail' $subject "no private key in it: $said" }
    else { Add-Answer 'secret' 'unknown' $subject $said }
}

function Get-Form {
    if ($hold.Value.Contains('-----BEGIN')) { return 'pem' }
    if ($hold.Value -cmatch '^MI[A-Za-z0-9+/]') { return 'pkcs12' }
    'other'
}

function Get-Holds([string]$form) { # yes, no, or why that is not known
    if ($form -eq 'pem') {
        if ($hold.Value.Contains('PRIVATE KEY-----')) { return 'yes' }
        return 'no'
    }
    if ($form -ne 'pkcs12') { return 'no' }
    try { $hex = [BitConverter]::ToString([Convert]::FromBase64String($hold.Value)) }
    catch { return 'not known, since it is no base64' }
    # the object identifiers of a key bag and of a shrouded key bag (RFC 7292), which stand there unencrypted
    foreach ($bag in @('2A-86-48-86-F7-0D-01-0C-0A-01-01', '2A-86-48-86-F7-0D-01-0C-0A-01-02')) {
        if ($hex.Contains($bag)) { return 'yes' }
    }
    'no'
}
