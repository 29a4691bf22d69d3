# What a Batch task on Windows is given: it unpacks each script from the environment, runs it within its time, and says how it
# ended. The scripts write the files themselves; what they complain of lies beside each file.
$folder = $env:AZ_BATCH_TASK_WORKING_DIR
[Console]::Out.WriteLine("node $env:AZ_BATCH_NODE_ID")
if ($env:TROUBLESHOOTER_NODES -and ",$env:TROUBLESHOOTER_NODES," -notlike "*,$env:AZ_BATCH_NODE_ID,*") { [Environment]::Exit(0) }
foreach ($order in $orders) {
    $name, $parts, $seconds = $order
    $status = 1
    $words = ''
    try {
        $text = ''
        foreach ($part in $parts) { $text += [Environment]::GetEnvironmentVariable($part) }
        $packed = [IO.MemoryStream]::new([Convert]::FromBase64String($text))
        $reader = [IO.StreamReader]::new([IO.Compression.GZipStream]::new($packed, [IO.Compression.CompressionMode]::Decompress))
        $shell = [PowerShell]::Create().AddScript($reader.ReadToEnd()).AddArgument((Join-Path $folder $name))
        $running = $shell.BeginInvoke()
        if ($running.AsyncWaitHandle.WaitOne(1000 * $seconds)) {
            [void]$shell.EndInvoke($running)
            $words = @($shell.Streams.Error | ForEach-Object -Process { $_.ToString() }) -join "`n"
            $status = 0
        }
        else { $words = "it was not over after $seconds seconds" }
    }
    catch { $words = $_.Exception.GetBaseException().Message }
    [IO.File]::WriteAllText((Join-Path $folder "$name.err"), $words)
    [Console]::Out.WriteLine("ended $name $status")
}
[Environment]::Exit(0)
